import { createGather, type Gather } from './gather.ts';

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

/** One row by its key for many callers at once, of whom those who wait for the same one take one place; null for one that isn't there. */
export function gatherRow<V>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (key: string) => Promise<V | null> {
  const waitedFor = new Map<string, Promise<V | null>>();
  const ask = createGather(async (keys: readonly string[]) => {
    // Who comes from now on is in the next read.
    for (const key of keys) waitedFor.delete(key);
    const found = await load(keys);
    return keys.map((key) => found.get(key) ?? null);
  }, oneByOne);
  return (key) => {
    const same = waitedFor.get(key);
    if (same !== undefined) return same;
    const answer = ask(key);
    waitedFor.set(key, answer);
    // One that was refused a place was never sent.
    answer.catch(() => waitedFor.delete(key));
    return answer;
  };
}

/** The same read for many callers at once. What it answers is shared: look, don't touch. */
export function gatherRead<V>(read: () => Promise<V>): () => Promise<V> {
  const together = answeredOnce(() => read());
  return () => together(undefined);
}

/**
 * The answer to a question for all who ask the same at once; who asks something else doesn't wait for them. `keyOf` tells questions apart; of the same ones the last is asked, so
 * what it brings along is no older than its asker's. What it answers is shared: look, don't touch.
 */
export function gatherSame<Question, Answer>(
  keyOf: (question: Question) => string,
  ask: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const asked = new Map<string, { readonly read: Gather<Question, Answer>; callers: number }>();
  return async (question) => {
    const key = keyOf(question);
    const same = asked.get(key) ?? { read: answeredOnce(ask), callers: 0 };
    asked.set(key, same);
    same.callers += 1;
    try {
      return await same.read(question);
    } finally {
      same.callers -= 1;
      if (same.callers === 0) asked.delete(key);
    }
  };
}

/** For calls that all ask the same: those that come together are answered as the last of them. */
function answeredOnce<Question, Answer>(ask: (question: Question) => Promise<Answer>): Gather<Question, Answer> {
  return createGather(async (calls: readonly Question[]) => {
    const answer = await ask(calls.at(-1) as Question);
    return calls.map(() => answer);
  }, oneByOne);
}

function entryOf<V>(found: ReadonlyMap<string, V>, key: string): [string, V][] {
  const value = found.get(key);
  return value === undefined ? [] : [[key, value]];
}
