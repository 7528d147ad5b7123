import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ChangeListener } from '#kit/change-feed/change-feed.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { noteNoGround, noteTime, withGrounds } from './grounds.ts';
import { createNearCache, type NearCache } from './near-cache.ts';

const world = { stored: new Map<string, object>(), isFresh: true };
let listener: ChangeListener;
let cache: NearCache<object>;
const changed = (id: string) => listener.changed({ id, updated: null });

/** Reads these keys, and gives what came of it its grounds. */
const reading = async (...keys: string[]) => (await withGrounds(async () => keys.map((key) => cache.get(key)))).grounds;

beforeEach(async () => {
  Object.assign(world, { stored: new Map(['a', 'b', 'c'].map((key) => [key, { key }])), isFresh: true });
  cache = createNearCache<object>(
    {
      isFresh: () => world.isFresh,
      ageMs: () => 10,
      metrics: createMetrics('test'),
      follow: (_collection, told) => void (listener = told),
    },
    {
      readModel: 'letters',
      load: async (keys) => new Map([...world.stored].filter(([key]) => keys.includes(key))),
      madeFrom: { letters: ({ id }) => [id] },
      most: 6,
    },
  );
  listener.live();
  await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)));
});

describe('grounds', () => {
  test('hold while all that was read would be read again as it was', async () => {
    const grounds = await reading('a', 'b', 'a');
    expect(grounds?.size).toBe(2);
    expect(grounds?.hold(0)).toBe(true);
    changed('c');
    expect(grounds?.hold(0)).toBe(true);
  });

  test.each<[string, () => unknown]>([
    ['a change concerns a part of it', () => changed('b')],
    [
      'another value has taken the place of one',
      async () => {
        changed('a');
        await fill('a');
      },
    ],
    ['what is known is too old', () => (world.isFresh = false)],
    ['the feed was lost', () => listener.lost()],
    ['this process is about to change a part of it', () => cache.writing('letters', ['b'])],
    ['a part is not in memory any more', async () => Promise.all(['d', 'e', 'f', 'g', 'h', 'i'].map(fill))],
  ])('hold no more when %s', async (_, happens) => {
    const grounds = await reading('a', 'b');
    await happens();
    expect(grounds?.hold(0)).toBe(false);
  });

  test('hold from one moment until another where what was read is so for a time', async () => {
    const { grounds } = await withGrounds(async () => {
      noteTime({ from: Number.NEGATIVE_INFINITY, until: 20 });
      noteTime({ from: 10, until: Number.POSITIVE_INFINITY });
    });
    expect([9, 10, 19, 20].map((now) => grounds?.hold(now))).toEqual([false, true, true, false]);
  });

  test.each<[string, (spoil: () => void) => unknown]>([
    ['the database was asked', () => cache.get('unknown')],
    ['something else was read', () => noteNoGround()],
    ['who made it says so', (spoil) => spoil()],
  ])('are not known when %s', async (_, make) => {
    expect((await withGrounds(async (spoil) => make(spoil))).grounds).toBeNull();
  });

  test('are not known when a part changed between one look at it and another', async () => {
    const { promise, resolve: goOn } = Promise.withResolvers<void>();
    const making = withGrounds(async () => {
      cache.get('a');
      await promise;
      return cache.get('a');
    });
    changed('a');
    world.stored.set('a', {});
    await cache.get('a');
    goOn();
    expect((await making).grounds).toBeNull();
  });

  test('are of one’s own reads alone, whoever else reads meanwhile', async () => {
    const [one, other] = await Promise.all(
      ['a', 'b'].map((key) =>
        withGrounds(async () => {
          await Promise.resolve();
          return cache.get(key);
        }),
      ),
    );
    changed('b');
    expect([one?.grounds?.hold(0), other?.grounds?.hold(0)]).toEqual([true, false]);
  });
});

async function fill(key: string): Promise<void> {
  world.stored.set(key, {});
  await cache.get(key);
}
