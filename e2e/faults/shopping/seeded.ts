/** The same numbers for the same seed, everywhere: what people do in a run of faults can be played again. */
export interface Luck {
  /** At least 0, less than 1. */
  next(): number;
  /** True in so many of a hundred cases. */
  percent(chance: number): boolean;
  oneOf<T>(items: readonly T[]): T;
}

/** Luck by the generator known as mulberry32, which is small and good enough to choose what somebody buys. */
export function seeded(seed: number): Luck {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    percent: (chance) => next() * 100 < chance,
    oneOf: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError('nothing to choose from');
      return item;
    },
  };
}
