import { expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import type { BucketStore, TakenThere } from './store/bucket-store.ts';
import { createTokenBuckets } from './token-buckets.ts';

const rate = { burst: 600, perSecond: 10 };

function someBuckets(store: BucketStore | null = null, most?: number) {
  let now = new Date('2026-06-18T00:00:00Z').getTime();
  const failures: unknown[] = [];
  const buckets = createTokenBuckets({
    store,
    clock: { now: () => new Date(now) },
    onFailure: (error) => failures.push(error),
    sharedFrom: 0.1,
    ...(most !== undefined && { most }),
  });
  return { buckets, failures, wait: (ms: number) => (now += ms) };
}

test('a bucket gives what it holds, then says when there will be enough, and has it then', () => {
  const { buckets, wait } = someBuckets();
  expect(buckets.take('a', 600, rate)).toEqual({ ok: true });
  expect(buckets.take('a', 10, rate)).toEqual({ ok: false, retryAfterMs: 1000 });
  wait(999);
  expect(buckets.take('a', 10, rate)).toEqual({ ok: false, retryAfterMs: 1 });
  wait(1);
  expect(buckets.take('a', 10, rate)).toEqual({ ok: true });
  expect(buckets.take('a', 1, rate)).toMatchObject({ ok: false });
});

test('a bucket never holds more than the burst', () => {
  const { buckets, wait } = someBuckets();
  buckets.take('a', 1, rate);
  wait(3_600_000);
  expect([buckets.take('a', 600, rate).ok, buckets.take('a', 1, rate).ok]).toEqual([true, false]);
});

test('what is more than a whole bucket is never given, and takes nothing', () => {
  const { buckets } = someBuckets();
  expect(buckets.take('a', 601, rate)).toEqual({ ok: false, retryAfterMs: null });
  expect(buckets.take('a', 600, rate)).toEqual({ ok: true });
});

test('one caller’s thirst is not another’s', () => {
  const { buckets } = someBuckets();
  for (let i = 0; i < 10_000; i += 1) buckets.take('greedy', 1, rate);
  expect(buckets.take('modest', 600, rate)).toEqual({ ok: true });
});

test('a charge is owed even where there is nothing left', () => {
  const { buckets, wait } = someBuckets();
  buckets.charge('a', 700, rate);
  expect(buckets.take('a', 1, rate)).toEqual({ ok: false, retryAfterMs: 10_100 });
  wait(10_100);
  expect(buckets.take('a', 1, rate)).toEqual({ ok: true });
});

test('small spending is kept to itself, large spending is shared, and what others spent counts', async () => {
  const told: TakenThere[] = [];
  const store: BucketStore = {
    async take(taken) {
      told.push(...taken);
      return new Map(taken.map(({ key }) => [key, 5]));
    },
  };
  const { buckets } = someBuckets(store);
  buckets.take('shopper', 59, rate);
  buckets.take('crawler', 50, rate);
  buckets.take('crawler', 50, rate);
  await eventually(() => expect(told).toEqual([{ key: 'crawler', tokens: 100, rate }]));
  await eventually(() => expect(buckets.take('crawler', 6, rate)).toEqual({ ok: false, retryAfterMs: 100 }));
  expect(buckets.take('shopper', 541, rate)).toEqual({ ok: true });
  await buckets.close();
});

test('when sharing fails each process goes on by itself', async () => {
  const { buckets, failures } = someBuckets({ take: () => Promise.reject(new Error('away')) });
  buckets.take('a', 100, rate);
  await eventually(() => expect(failures).toHaveLength(1));
  expect([buckets.take('a', 500, rate).ok, buckets.take('a', 1, rate).ok]).toEqual([true, false]);
  await buckets.close();
});

test('so many are remembered at most, those who came last', () => {
  const { buckets } = someBuckets(null, 2);
  const one = { burst: 1, perSecond: 1 };
  expect(['a', 'b', 'b', 'c', 'b', 'a'].map((key) => buckets.take(key, 1, one).ok)).toEqual([
    ...[true, true, false],
    ...[true, false, true],
  ]);
});

test('a crowd is shared in rounds of a bounded size, one after the other', async () => {
  const rounds: number[] = [];
  let underWay = 0;
  const store: BucketStore = {
    async take(taken) {
      underWay += 1;
      rounds.push(underWay, taken.length);
      await new Promise((resolve) => setTimeout(resolve, 300));
      underWay -= 1;
      return new Map(taken.map(({ key }) => [key, 0]));
    },
  };
  const { buckets } = someBuckets(store);
  for (let i = 0; i < 300; i += 1) buckets.take(`member ${i}`, 60, rate);
  await eventually(() => expect(rounds).toEqual([1, 256, 1, 44]));
  await buckets.close();
});
