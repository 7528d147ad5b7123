import DataLoader from 'dataloader';

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
