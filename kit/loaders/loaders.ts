import DataLoader from 'dataloader';
import type { Known } from '#kit/near-cache/known.ts';

/** Gives what belongs to a key, at once when it is known. */
export interface Loader<Value> {
  load(key: string): Known<Value>;
}

/**
 * One row per key: keys asked for in the same tick are loaded together, each once, and answered in order; a key that
 * `load` doesn't return is null. Make one per request: what it loaded it remembers, for this viewer.
 */
export function loaderByKey<K extends string, V>(
  load: (keys: readonly K[]) => Promise<Map<K, V>>,
): DataLoader<K, V | null> {
  return new DataLoader(async (keys) => {
    const found = await load(keys);
    return keys.map((key) => found.get(key) ?? null);
  });
}

/** A list per key, batched like `loaderByKey`; a key that `load` doesn't return has an empty list. */
export function loaderOfLists<K extends string, V>(
  load: (keys: readonly K[]) => Promise<Map<K, V[]>>,
): DataLoader<K, V[]> {
  return new DataLoader(async (keys) => {
    const found = await load(keys);
    return keys.map((key) => found.get(key) ?? []);
  });
}

/** What belongs to a key, at once where it is at hand; what isn't is asked for once. Make one per request. */
export function loaderOfKnown<V>(ask: (key: string) => Known<V>): Loader<V> {
  const asked = new Map<string, Promise<V>>();
  return {
    load(key) {
      const value = asked.get(key) ?? ask(key);
      if (value instanceof Promise) asked.set(key, value);
      return value;
    },
  };
}
