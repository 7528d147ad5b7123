import { createGather } from './gather.ts';

/** One read at a time: whoever comes meanwhile is in the next. A read begins after its calls were made, so it sees whatever was written before them. */
const oneByOne = { largest: 500 };

/** Reads by key for many callers at once: the keys of concurrent calls are read together, each once, and every call gets those of its own. Rows may be shared: look, don't touch. */
export function gatherKeys<V>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (keys: readonly string[]) => Promise<Map<string, V>> {
  return createGather(async (calls: readonly (readonly string[])[]) => {
    const found = await load([...new Set(calls.flat())]);
    return calls.map((keys) => new Map(keys.flatMap((key) => entryOf(found, key))));
  }, oneByOne);
}

/** One row by its key for many callers at once; null for one that isn't there. */
export function gatherRow<V>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (key: string) => Promise<V | null> {
  return createGather(async (keys: readonly string[]) => {
    const found = await load([...new Set(keys)]);
    return keys.map((key) => found.get(key) ?? null);
  }, oneByOne);
}

/** The same read for many callers at once. What it answers is shared: look, don't touch. */
export function gatherRead<V>(read: () => Promise<V>): () => Promise<V> {
  const together = createGather(async (calls: readonly undefined[]) => {
    const answer = await read();
    return calls.map(() => answer);
  }, oneByOne);
  return () => together(undefined);
}

function entryOf<V>(found: ReadonlyMap<string, V>, key: string): [string, V][] {
  const value = found.get(key);
  return value === undefined ? [] : [[key, value]];
}
