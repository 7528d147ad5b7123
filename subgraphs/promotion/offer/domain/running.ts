/** Something that holds for a time. */
export interface Timed {
  readonly startsAt: Date;
  /** No longer holds at this moment. */
  readonly endsAt: Date;
}

/** What holds from one moment on until another. */
export interface Running<Item extends Timed> {
  readonly items: readonly Item[];
  /** Since when it has been these, milliseconds; the beginning of time when nothing began or ended before. */
  readonly from: number;
  /** Until when it is these, not included. */
  readonly until: number;
}

/** Whether it holds at a moment. */
export function isOpen({ startsAt, endsAt }: Timed, at: Date): boolean {
  return startsAt <= at && endsAt > at;
}

/** The first and the last of some moments, at least one. Those of concurrent calls differ by little: what holds at any of them is read once. */
export function spanOf(moments: readonly Date[]): readonly [first: Date, last: Date] {
  const times = moments.map((at) => at.getTime());
  return [new Date(Math.min(...times)), new Date(Math.max(...times))];
}

/** What of all holds at a moment, with how long that is so: from one beginning or end to the next. */
export function runningAt<Item extends Timed>(all: readonly Item[], at: Date): Running<Item> {
  const turns = all.flatMap(({ startsAt, endsAt }) => [startsAt.getTime(), endsAt.getTime()]);
  const now = at.getTime();
  return {
    items: all.filter((item) => isOpen(item, at)),
    from: Math.max(Number.NEGATIVE_INFINITY, ...turns.filter((turn) => turn <= now)),
    until: Math.min(Number.POSITIVE_INFINITY, ...turns.filter((turn) => turn > now)),
  };
}
