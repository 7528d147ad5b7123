/** Runs work when nobody else in this process works on any of the keys, in order of arrival. */
export type InTurn = <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>;

/**
 * A queue for each key. The database decides what is right: many transactions on one document conflict, and each conflict costs a whole retry.
 * Waiting here costs nothing, so a hot promotion or flash-sale item is served by each process one call after the other.
 */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (keys, work) => {
    const earlier = keys.map((key) => last.get(key));
    // All keys are taken at once, so that two calls can't wait for each other.
    const mine = Promise.allSettled(earlier).then(work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    for (const key of keys) last.set(key, settled);
    try {
      return await mine;
    } finally {
      for (const key of keys) if (last.get(key) === settled) last.delete(key);
    }
  };
}
