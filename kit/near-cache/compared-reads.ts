import { isDeepStrictEqual } from 'node:util';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { createWeighedCache } from '#kit/weighed-cache/weighed-cache.ts';
import { bytesOf } from './bytes-of.ts';
import { freezeWhole } from './freeze-whole.ts';
import { type GroundSource, noteGround } from './grounds.ts';
import type { NearCache, NearCacheSpec } from './near-cache.ts';

/** About what an entry takes beside its key and its value. */
const entryBytes = 100;

/**
 * Asks the database each time, and gives what is as it was when it was last read as the very same object. So whatever was made from it needn't be made again, and yet nothing is ever out of date:
 * an answer that is remembered holds if reading all that it was made from gives the same once more. Values are shared, and frozen to say so.
 */
export function createComparedReads<Value>({
  load,
  bytesAtMost,
}: Pick<NearCacheSpec<Value>, 'load'> & { readonly bytesAtMost: number }): NearCache<Value> {
  const lastRead = createWeighedCache<Value>(bytesAtMost);
  const read = gatherRow(async (keys) => {
    const found = await load(keys);
    return new Map(Array.from(found, ([key, value]) => [key, asItWas(key, value)]));
  });

  function asItWas(key: string, value: Value): Value {
    const before = lastRead.get(key);
    if (before !== undefined && isDeepStrictEqual(before, value)) return before;
    lastRead.set(key, freezeWhole(value), entryBytes + 2 * key.length + bytesOf(value));
    return value;
  }

  const asGround: GroundSource = {
    async stillGives(values) {
      const now = await Promise.all(Array.from(values.keys(), read));
      return values.values().every((value, index) => value === now[index]);
    },
  };

  return {
    async get(key) {
      const value = await read(key);
      noteGround(asGround, key, value);
      return value;
    },
    writing: () => undefined,
    get size() {
      return lastRead.size;
    },
    get bytes() {
      return lastRead.bytes;
    },
  };
}
