/**
 * Joins concurrent calls: those that come in the same turn, or while an earlier run is under way, are handed to `run` together, which answers each in its
 * place. A run begins after all its calls were made, so a read sees whatever was written before the call. Nothing is kept: a later call is a new run.
 * An error of `run` is everybody's.
 */
export function gather<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { most = 500 }: { readonly most?: number } = {},
): (item: Item) => Promise<Answer> {
  interface Waiting {
    readonly item: Item;
    resolve(answer: Answer): void;
    reject(error: unknown): void;
  }
  let waiting: Waiting[] = [];
  let running = false;

  async function runAll(): Promise<void> {
    running = true;
    // Calls of the same turn shall be in it.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const answers = await run(group.map(({ item }) => item));
        if (answers.length !== group.length) throw new Error(`${answers.length} answers to ${group.length} calls`);
        group.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    running = false;
  }

  return (item) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void runAll();
    });
}

/** Reads by key for many callers at once: the keys of concurrent calls are read together, each once, and every call gets those of its own. Rows may be shared: look, don't touch. */
export function gatherKeys<V>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (keys: readonly string[]) => Promise<Map<string, V>> {
  return gather(async (calls: readonly (readonly string[])[]) => {
    const found = await load([...new Set(calls.flat())]);
    return calls.map((keys) => new Map(keys.flatMap((key) => entryOf(found, key))));
  });
}

/** One row by its key for many callers at once; null for one that isn't there. */
export function gatherRow<V>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (key: string) => Promise<V | null> {
  return gather(async (keys: readonly string[]) => {
    const found = await load([...new Set(keys)]);
    return keys.map((key) => found.get(key) ?? null);
  });
}

/** The same read for many callers at once. What it answers is shared: look, don't touch. */
export function gatherRead<V>(read: () => Promise<V>): () => Promise<V> {
  const together = gather(async (calls: readonly undefined[]) => {
    const answer = await read();
    return calls.map(() => answer);
  });
  return () => together(undefined);
}

function entryOf<V>(found: ReadonlyMap<string, V>, key: string): [string, V][] {
  const value = found.get(key);
  return value === undefined ? [] : [[key, value]];
}
