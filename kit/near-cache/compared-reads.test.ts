import { beforeEach, describe, expect, test } from '@jest/globals';
import { withGrounds } from './grounds.ts';
import { createNearCache, type NearCache, type NearCacheSpec } from './near-cache.ts';

interface Cup {
  readonly name: string;
  readonly sizes: readonly { readonly ml: number }[];
}
const cup = (name: string, ml = 250): Cup => ({ name, sizes: [{ ml }] });
/** What is stored; each read makes it anew, as a database's answer is. */
const stored = new Map<string, Cup>();
let loads: string[][];
let cache: NearCache<Cup>;

const spec: NearCacheSpec<Cup> = {
  readModel: 'cups',
  async load(keys) {
    loads.push([...keys]);
    return new Map(keys.flatMap((key) => (stored.has(key) ? [[key, structuredClone(stored.get(key) as Cup)]] : [])));
  },
  madeFrom: { cups: ({ id }) => [id] },
  most: 10,
};

beforeEach(() => {
  stored.clear();
  for (const name of ['a', 'b', 'c']) stored.set(name, cup(name));
  loads = [];
  cache = createNearCache(null, spec);
});

describe('a near cache without a feed', () => {
  test('asks the database each time, and gives the very same object while it is as it was', async () => {
    const first = await cache.get('a');
    expect([await cache.get('a'), loads.length]).toEqual([cup('a'), 2]);
    expect(await cache.get('a')).toBe(first);
    stored.set('a', cup('a', 300));
    const changed = await cache.get('a');
    expect(changed).toEqual(cup('a', 300));
    expect(await cache.get('a')).toBe(changed);
    stored.delete('a');
    expect(await cache.get('a')).toBeNull();
  });

  test('lets nobody change what it gives', async () => {
    const given = await cache.get('a');
    expect(() => Object.assign(given?.sizes[0] ?? {}, { ml: 1 })).toThrow(TypeError);
  });

  test('reads together what is asked for together, each key once', async () => {
    await Promise.all([cache.get('a'), cache.get('b'), cache.get('a')]);
    expect(loads).toEqual([['a', 'b']]);
  });

  test('remembers so much at most, and what it has forgotten is another object', async () => {
    const small = createNearCache(null, { ...spec, bytesAtMost: 600 });
    const first = await small.get('a');
    expect(await small.get('a')).toBe(first);
    for (const key of ['b', 'c']) await small.get(key);
    expect(small.bytes).toBeLessThanOrEqual(600);
    expect(await small.get('a')).not.toBe(first);
  });
});

describe('what was made from it', () => {
  const made = async (...keys: string[]) =>
    (await withGrounds(async () => Promise.all(keys.map((key) => cache.get(key))))).grounds;

  test('holds while reading it again gives the same, which is asked of the database each time, in one read', async () => {
    const grounds = await made('a', 'b', 'gone');
    loads = [];
    expect([await grounds?.hold(0), await grounds?.hold(0)]).toEqual([true, true]);
    expect(loads).toEqual([
      ['a', 'b', 'gone'],
      ['a', 'b', 'gone'],
    ]);
  });

  test.each<[string, () => unknown]>([
    ['a part of it changed', () => stored.set('b', cup('b', 300))],
    ['a part of it is gone', () => stored.delete('a')],
    ['what wasn’t there is', () => stored.set('gone', cup('gone'))],
  ])('holds no more when %s, at once', async (_, happens) => {
    const grounds = await made('a', 'b', 'gone');
    happens();
    expect(await grounds?.hold(0)).toBe(false);
  });

  test('isn’t known to hold when the database can’t be asked, and who asks hears why', async () => {
    const away = new Error('away');
    let isAway = false;
    cache = createNearCache(null, { ...spec, load: (keys) => (isAway ? Promise.reject(away) : spec.load(keys)) });
    const grounds = await made('a');
    isAway = true;
    await expect(grounds?.hold(0)).rejects.toBe(away);
  });
});
