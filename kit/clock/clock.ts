/** Where the time comes from. Passed in, so that tests can move it and pure rules never read it. */
export interface Clock {
  now(): Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  /** Moves the time forward by `ms` milliseconds, or back when negative. */
  advance(ms: number): void;
  set(at: string | Date): void;
}

/** A clock for tests, standing at `at` (an ISO 8601 text or a Date). RangeError when that is no instant. */
export function testClock(at: string | Date): TestClock {
  let time = instantOf(at);
  return {
    now: () => new Date(time),
    advance: (ms) => {
      time += ms;
    },
    set: (to) => {
      time = instantOf(to);
    },
  };
}

function instantOf(at: string | Date): number {
  const time = new Date(at).getTime();
  if (Number.isNaN(time)) throw new RangeError(`${String(at)} is not an instant`);
  return time;
}
