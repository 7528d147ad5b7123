/** How many places there are, and what makes them more or fewer. */
export interface PlaceLimits {
  /** To begin with: nobody knows yet how fast answers are. */
  readonly first: number;
  readonly least: number;
  readonly most: number;
  /** An answer within this, milliseconds, shows that there is room for one more. */
  readonly quickMs: number;
  /** An answer that takes longer, milliseconds, shows that there are too many at once. */
  readonly slowMs: number;
  /** A refusal that comes later than this, milliseconds, shows that a turn of the event loop has too much in it. */
  readonly lateMs: number;
}

/** Places for requests, as many as are answered in time. */
export interface Places {
  isFree(): boolean;
  /** How many there are. */
  room(): number;
  /** How many are taken. */
  taken(): number;
  /** Takes one, free or not; the function it gives is called when the answer is there. Times in milliseconds. */
  take(now: number): (now: number) => void;
  /** Tells that somebody found none free: when those inside wait too long already, there are too many. */
  look(now: number): void;
  /** Whether more were turned away lately than answered. */
  turnsMostAway(): boolean;
  /** How many answers there will be within so many milliseconds, if they go on coming as they do. */
  answersWithin(ms: number, now: number): number;
  /** Tells that somebody is turned away, and hears of it so many milliseconds late. */
  turnedAway(lateMs: number, now: number): void;
}

/** What is left of the places when they are too many. */
const cutTo = 0.8;
/** The same when a refusal is so many times as late as it may be. */
const halved = 0.5;
const farTooLate = 5;
/** An answer counts for how fast they come, less with each millisecond: a third after so many. */
const paceMs = 500;
/** Of so many answers and refusals the last ones count. */
const remembered = 256;

/**
 * Places that become more with quick answers, and fewer by a fifth when one is slow: as a network's congestion is felt for (slow start, additive increase, multiplicative
 * decrease, RFC 5681). Until the first slow answer each quick one brings a place; from then on, and above what was left by the last cut, as many quick ones as there are places
 * bring one. What was let in before the last cut says nothing about it, so one bad moment is one cut. Those who are turned away have to hear of it soon: when
 * they are more than those who are answered, and hear late, there are fewer too, half when they hear far too late, again once the last cut has come true. While fewer than half of them are taken nothing is learnt: what is slow
 * then has other reasons.
 */
export function createPlaces({ first, least, most, quickMs, slowMs, lateMs }: PlaceLimits): Places {
  /** Since when each is taken, the longest first. */
  const taken = new Set<{ readonly since: number }>();
  /** Of places, with the part of one that has been gained. */
  let room = first;
  /** Up to here more places did no harm. */
  let proven = most;
  let cutAt = Number.NEGATIVE_INFINITY;
  /** Lately; what is older counts half, and half again. */
  let answered = 0;
  let refused = 0;
  /** Answers within the last `paceMs`, about. */
  let pace = 0;
  let paceAt = 0;

  function paceNow(now: number): number {
    return pace * Math.exp((paceAt - now) / paceMs);
  }

  const turnsMostAway = () => refused > answered;

  function fade(): void {
    if (answered + refused <= remembered) return;
    answered /= 2;
    refused /= 2;
  }

  function learn(since: number, now: number): void {
    if (taken.size * 2 < room) return;
    const ms = now - since;
    if (ms <= quickMs) room = Math.min(most, room + (room < proven ? 1 : 1 / room));
    if (ms > slowMs && since > cutAt) cut(now);
  }

  function cut(now: number, to = cutTo): void {
    room = Math.max(least, room * to);
    proven = room;
    cutAt = now;
  }

  return {
    isFree: () => taken.size < Math.floor(room),
    room: () => Math.floor(room),
    taken: () => taken.size,
    take(since) {
      const place = { since };
      taken.add(place);
      return (now) => {
        learn(since, now);
        answered += 1;
        [pace, paceAt] = [paceNow(now) + 1, now];
        fade();
        taken.delete(place);
      };
    },
    look(now) {
      const [oldest] = taken;
      if (oldest !== undefined && now - oldest.since > slowMs) learn(oldest.since, now);
    },
    turnsMostAway,
    answersWithin: (ms, now) => (paceNow(now) * ms) / paceMs,
    turnedAway(ms, now) {
      refused += 1;
      fade();
      if (ms > lateMs && turnsMostAway() && taken.size <= room) cut(now, ms > farTooLate * lateMs ? halved : cutTo);
    },
  };
}
