import { systemClock, type Clock } from './clock.ts';

/** A clock that is told the time by somebody who knows better than the machine. */
export interface ToldClock extends Clock {
  /** It is at least so late: what is told takes its way, and comes late, never early. */
  told(at: Date): void;
}

/** By how much a machine may differ from what it is told before it isn't believed, milliseconds: more than an answer of a busy server is late, less than any timer would notice. */
const toleranceMs = 2_000;

interface ToldOptions {
  readonly machine?: Clock;
  /** What has passed since some beginning, milliseconds, whatever becomes of the machine's clock. */
  readonly monotonicMs?: () => number;
  /** How many of the last tellings are kept; of these the one that came quickest counts. */
  readonly keep: number;
}

/**
 * The machine's clock as long as it agrees with what is told, else the time that was told and what has passed since, so that a jump of the machine's clock is no jump here.
 */
export function createToldClock({
  machine = systemClock,
  monotonicMs = () => performance.now(),
  keep,
}: ToldOptions): ToldClock {
  /** The time when the process began, as each telling says. They can only be late: the largest is nearest to the truth. */
  const beginnings: number[] = [];
  return {
    now() {
      const own = machine.now();
      if (beginnings.length === 0) return own;
      const there = Math.max(...beginnings) + monotonicMs();
      return Math.abs(there - own.getTime()) <= toleranceMs ? own : new Date(there);
    },
    told(at) {
      beginnings.push(at.getTime() - monotonicMs());
      if (beginnings.length > keep) beginnings.shift();
    },
  };
}
