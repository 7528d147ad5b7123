import { beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '#kit/clock/clock.ts';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createBucketStore } from './bucket-store.ts';
import { createTokenBuckets } from '../token-buckets.ts';

const db = testDatabase();
const store = createBucketStore(db.connection, 'buckets');
beforeAll(() => ensureIndexes(db.connection));

const slow = { burst: 600, perSecond: 10 };
const levelAfter = async (key: string, tokens: number, rate = slow) =>
  (await store.take([{ key, tokens, rate }])).get(key) ?? Number.NaN;

test('processes draw from the same bucket, however they interleave', async () => {
  const rate = { burst: 100, perSecond: 0.001 };
  await Promise.all(Array.from({ length: 40 }, () => levelAfter('shared', 10, rate)));
  // Nobody owes more than one burst.
  expect(await levelAfter('shared', 0, rate)).toBeCloseTo(-100, 0);
});

test('a bucket begins full, fills by the database’s clock, and is forgotten when it is full', async () => {
  expect(await levelAfter('slow', 100)).toBe(500);
  const rows = db.connection.collection<{ _id: string; at: Date; fullAt: Date }>('buckets');
  const { at, fullAt } = (await rows.findOne({ _id: 'slow' })) ?? {};
  expect(Number(fullAt) - Number(at)).toBe(10_000);
  const fast = { burst: 1_000_000, perSecond: 1_000_000 };
  expect(await levelAfter('fast', 1_000_000, fast)).toBeGreaterThanOrEqual(0);
  await eventually(async () => expect(await levelAfter('fast', 0, fast)).toBeGreaterThan(15_000));
});

test('several keys are settled at once', async () => {
  const rate = { burst: 10, perSecond: 0.001 };
  const levels = await store.take([
    { key: 'a', tokens: 1, rate },
    { key: 'b', tokens: 2, rate },
  ]);
  expect([...levels].toSorted()).toEqual([
    ['a', 9],
    ['b', 8],
  ]);
  expect(await store.take([])).toEqual(new Map());
});

test('who asks two processes in turn gets one burst, a tenth more for each of them, and what a moment brings', async () => {
  const rate = { burst: 6_000, perSecond: 100 };
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const processes = [1, 2].map(() => createTokenBuckets({ store, clock: systemClock, onFailure, sharedFrom: 0.1 }));
  const begunAt = performance.now();
  const atOnce = 100;
  let given = 0;
  // A caller who asks both as fast as they are answered, until neither gives anything any more.
  for (let refused = 0; refused < 2;) {
    refused = 0;
    for (const buckets of processes) {
      if (buckets.take('greedy', atOnce, rate).ok) given += atOnce;
      else refused += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const gained = ((performance.now() - begunAt) / 1000) * rate.perSecond;
  // Before a process hears of what the other gave: its tenth, and what it gave in the quarter of a second until it shared.
  const unheard = 2 * (rate.burst / 10 + 4 * atOnce);
  expect(given).toBeGreaterThanOrEqual(rate.burst);
  expect(given).toBeLessThanOrEqual(rate.burst + unheard + gained);
  expect(failures).toEqual([]);
  await Promise.all(processes.map((buckets) => buckets.close()));
});
