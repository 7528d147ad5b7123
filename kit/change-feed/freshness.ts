/** Tells from what a stream of changes brings whether it is up to date. */
export interface Freshness {
  /** The server has answered: unless a change is told in the same turn, there was none. */
  answered(): void;
  /**
   * A change was told that happened at this time of the server's clock. Gives its lag in milliseconds, null when the server didn't say: how much later it came than the
   * change that came soonest, so that clocks that differ are no lag.
   */
  changedAt(wallTime: Date | undefined): number | null;
  /** The stream is gone. */
  lost(): void;
  isFresh(): boolean;
}

/** A server that has been silent for so long may have gone on without us, milliseconds. */
const silenceMs = 1_000;
/** Changes that come so much later than they could are a backlog, of which the end isn't known, milliseconds. */
const backlogMs = 500;

export function createFreshness({ nowMs = () => performance.now() }: { nowMs?: () => number } = {}): Freshness {
  let freshAt = Number.NEGATIVE_INFINITY;
  let soonest = Number.POSITIVE_INFINITY;
  let hasNothingElse = false;

  return {
    answered() {
      hasNothingElse = true;
      queueMicrotask(() => {
        if (hasNothingElse) freshAt = nowMs();
      });
    },
    changedAt(wallTime) {
      hasNothingElse = false;
      if (wallTime === undefined) return null;
      const passed = nowMs() - wallTime.getTime();
      soonest = Math.min(soonest, passed);
      const lagMs = passed - soonest;
      if (lagMs < backlogMs) freshAt = nowMs();
      return lagMs;
    },
    lost() {
      hasNothingElse = false;
      freshAt = Number.NEGATIVE_INFINITY;
    },
    isFresh: () => nowMs() - freshAt < silenceMs,
  };
}
