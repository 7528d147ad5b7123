import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ChangeListener } from '#kit/change-feed/change-feed.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { createNearCache, type NearCache } from './near-cache.ts';
import { notingReads } from './noted-reads.ts';

/** What is stored, what was asked for, and the feed, under the test's hand. */
const world = {
  stored: new Map<string, string>(),
  loads: [] as string[][],
  beforeAnswer: async () => undefined as unknown,
  isFresh: true,
  ageMs: 40,
  now: 0,
};
const metrics = createMetrics('test');
let listener: ChangeListener;
let cache: NearCache<string>;
const feed = {
  isFresh: () => world.isFresh,
  ageMs: () => world.ageMs,
  metrics,
  follow: (_collection: string, told: ChangeListener) => void (listener = told),
};
const changed = (id: string, updated: Record<string, unknown> | null = null) => listener.changed({ id, updated });

/** Entries `a1` and `a2` are made from the document `a`. */
const keysOf = (id: string) => [`${id}1`, `${id}2`];

beforeEach(() => {
  Object.assign(world, { stored: new Map(), loads: [], beforeAnswer: async () => undefined, isFresh: true, now: 0 });
  world.stored.set('a1', 'old').set('a2', 'two').set('b1', 'other');
  cache = createNearCache<string>(
    feed,
    {
      readModel: 'letters',
      async load(keys) {
        world.loads.push([...keys]);
        const found = keys.flatMap((key): [string, string][] => {
          const value = world.stored.get(key);
          return value === undefined ? [] : [[key, value]];
        });
        await world.beforeAnswer();
        return new Map(found);
      },
      madeFrom: { letters: ({ id }) => (id === 'z' ? 'any' : keysOf(id)) },
      most: 6,
    },
    { nowMs: () => world.now },
  );
  listener.live();
});

describe('a near cache', () => {
  test('reads what it does not know once for all who ask, and then has it at hand', async () => {
    expect(await Promise.all([cache.get('a1'), cache.get('a1'), cache.get('b1')])).toEqual(['old', 'old', 'other']);
    expect(cache.get('a1')).toBe('old');
    expect(world.loads).toEqual([['a1', 'b1']]);
  });

  test('does not remember that something is not there', async () => {
    expect(await cache.get('c1')).toBeNull();
    world.stored.set('c1', 'new');
    expect(await cache.get('c1')).toBe('new');
  });

  test('forgets what a change concerns and nothing else', async () => {
    await Promise.all([cache.get('a1'), cache.get('a2'), cache.get('b1')]);
    world.stored.set('a1', 'new');
    changed('a');
    expect(await cache.get('a1')).toBe('new');
    expect(cache.get('a2')).toBeInstanceOf(Promise);
    expect(cache.get('b1')).toBe('other');
  });

  test('forgets everything by a change that could concern anything', async () => {
    await Promise.all([cache.get('a1'), cache.get('b1')]);
    changed('z');
    expect(cache.size).toBe(0);
  });

  test('keeps nothing that was read while it changed', async () => {
    world.beforeAnswer = async () => {
      world.stored.set('a1', 'new');
      changed('a');
    };
    expect(await cache.get('a1')).toBe('old');
    world.beforeAnswer = async () => undefined;
    expect(await cache.get('a1')).toBe('new');
  });

  test('keeps nothing that was read while the feed was lost', async () => {
    world.beforeAnswer = async () => listener.lost();
    await cache.get('a1');
    expect(cache.size).toBe(0);
  });

  test.each(['lost', 'live'] as const)('knows nothing any more when the feed is %s', async (event) => {
    await cache.get('a1');
    world.stored.set('a1', 'new');
    listener[event]();
    expect(await cache.get('a1')).toBe('new');
  });

  test('asks the database while the feed is not fresh, and keeps nothing of it', async () => {
    await cache.get('a1');
    world.isFresh = false;
    world.stored.set('a1', 'new');
    expect(await cache.get('a1')).toBe('new');
    expect(await cache.get('b1')).toBe('other');
    world.isFresh = true;
    expect(cache.get('b1')).toBeInstanceOf(Promise);
  });

  test('asks the database about what is written here until the feed has told of each writing', async () => {
    await cache.get('a1');
    cache.writing('letters', ['a']);
    cache.writing('letters', ['a']);
    expect(await cache.get('a1')).toBe('old');
    world.stored.set('a1', 'first');
    changed('a');
    expect(await cache.get('a1')).toBe('first');
    world.stored.set('a1', 'second');
    expect(await cache.get('a1')).toBe('second');
    changed('a');
    await cache.get('a1');
    expect(cache.get('a1')).toBe('second');
  });

  test('gives up waiting for a writing that came to nothing after two seconds', async () => {
    cache.writing('letters', ['a']);
    await cache.get('a1');
    expect(cache.size).toBe(0);
    world.now = 2_000;
    await cache.get('a1');
    expect(cache.get('a1')).toBe('old');
  });

  test('waits for the last of several writings, however long ago the first was', async () => {
    cache.writing('letters', ['a']);
    cache.writing('letters', ['b']);
    world.now = 1_900;
    cache.writing('letters', ['a']);
    world.now = 2_100;
    await Promise.all([cache.get('a1'), cache.get('b1')]);
    expect([cache.get('a1'), cache.get('b1')]).toEqual([expect.any(Promise), 'other']);
  });

  test('keeps no more than it may, and what was asked for last', async () => {
    const keys = ['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8'];
    for (const key of keys) {
      world.stored.set(key, key);
      await cache.get(key);
      await cache.get('k0');
      expect(cache.size).toBeLessThanOrEqual(6);
    }
    expect(cache.get('k0')).toBe('k0');
    expect(cache.get('k1')).toBeInstanceOf(Promise);
  });

  test('takes no more bytes than it may, and keeps nothing that takes more than half of them', async () => {
    const text = (length: number) => 'x'.repeat(length);
    cache = createNearCache<string>(
      feed,
      {
        readModel: 'letters',
        load: async ([key = '']) => new Map([[key, text(Number(key))]]),
        madeFrom: { letters: ({ id }) => [id] },
        most: 1_000,
        bytesAtMost: 10_000,
      },
      { nowMs: () => world.now },
    );
    for (let length = 1_000; length < 1_100; length += 1) {
      await cache.get(String(length));
      expect(cache.bytes).toBeLessThanOrEqual(10_000);
    }
    // Of 2,000 bytes and something, two fit into each half.
    expect([cache.size, cache.get('1099')]).toEqual([4, text(1_099)]);
    await cache.get('2500');
    expect(cache.get('2500')).toBeInstanceOf(Promise);
    for (const length of [1_099, 1_098, 1_097, 1_096, 1_095]) changed(String(length));
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  test('without a feed asks the database each time', async () => {
    const load = async () => new Map([['a', 'x']]);
    const none = createNearCache<string>(null, { readModel: 'none', load, madeFrom: {}, most: 6 });
    expect(none.get('a')).toBeInstanceOf(Promise);
    await none.get('a');
    expect(none.get('a')).toBeInstanceOf(Promise);
  });
});

describe('who wants to know where an answer comes from', () => {
  test('is told of each read model how old it was at most, and how often it and the database were asked', async () => {
    await cache.get('a1');
    const { value, reads } = await notingReads(async () => {
      world.ageMs = 120.5;
      const seen = [cache.get('a1')];
      await Promise.resolve();
      world.ageMs = 30;
      return [...seen, cache.get('a1'), await cache.get('b1')];
    });
    expect(value).toEqual(['old', 'old', 'other']);
    expect(reads).toEqual([{ readModel: 'letters', ageMs: 121, fromMemory: 2, fromDatabase: 1 }]);
  });

  test('is told that the database was asked for all while the feed is not fresh', async () => {
    await cache.get('a1');
    world.isFresh = false;
    const { reads } = await notingReads(async () => cache.get('a1'));
    expect(reads).toEqual([{ readModel: 'letters', ageMs: 0, fromMemory: 0, fromDatabase: 1 }]);
  });

  test('is told nothing of what others read meanwhile', async () => {
    await cache.get('a1');
    const noting = notingReads(async () => {
      await Promise.resolve();
      return 'nothing';
    });
    cache.get('a1');
    expect(await noting).toEqual({ value: 'nothing', reads: [] });
  });
});

test('a near cache counts what it answers from where, and measures how old it is', async () => {
  metrics.registry.resetMetrics();
  await cache.get('a1');
  world.ageMs = 40;
  for (let count = 0; count < 128; count += 1) cache.get('a1');
  const text = await metrics.text();
  const of = (source: string) => `read_model="letters",source="${source}",service="test"`;
  expect(text).toContain(`fullchain_near_cache_reads_total{${of('memory')}} 128`);
  expect(text).toContain(`fullchain_near_cache_reads_total{${of('database')}} 1`);
  expect(text).toContain('fullchain_near_cache_staleness_seconds_count{service="test",read_model="letters"} 2');
  expect(text).toContain('fullchain_near_cache_staleness_seconds_sum{service="test",read_model="letters"} 0.08');
});
