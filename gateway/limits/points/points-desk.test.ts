import { expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { createPointsDesk } from './points-desk.ts';
import type { PointsStore, Spent } from './store/points-store.ts';

const budget = { perMinute: 600 };

function aDesk(store: PointsStore | null = null) {
  let now = new Date('2026-06-18T00:00:00Z').getTime();
  const failures: unknown[] = [];
  const desk = createPointsDesk({
    store,
    clock: { now: () => new Date(now) },
    onFailure: (error) => failures.push(error),
  });
  return { desk, failures, wait: (ms: number) => (now += ms) };
}

test('a bucket gives what it holds, then says when there will be enough, and has it then', () => {
  const { desk, wait } = aDesk();
  expect(desk.take('a', 600, budget)).toEqual({ ok: true });
  expect(desk.take('a', 10, budget)).toEqual({ ok: false, retryAfterMs: 1000 });
  wait(999);
  expect(desk.take('a', 10, budget)).toEqual({ ok: false, retryAfterMs: 1 });
  wait(1);
  expect(desk.take('a', 10, budget)).toEqual({ ok: true });
  expect(desk.take('a', 1, budget)).toMatchObject({ ok: false });
});

test('a bucket never holds more than a minute’s points', () => {
  const { desk, wait } = aDesk();
  desk.take('a', 1, budget);
  wait(3_600_000);
  expect([desk.take('a', 600, budget).ok, desk.take('a', 1, budget).ok]).toEqual([true, false]);
});

test('what is more than a whole bucket is never given, and takes nothing', () => {
  const { desk } = aDesk();
  expect(desk.take('a', 601, budget)).toEqual({ ok: false, retryAfterMs: null });
  expect(desk.take('a', 600, budget)).toEqual({ ok: true });
});

test('one caller’s thirst is not another’s', () => {
  const { desk } = aDesk();
  for (let i = 0; i < 10_000; i += 1) desk.take('greedy', 1, budget);
  expect(desk.take('modest', 600, budget)).toEqual({ ok: true });
});

test('a charge is owed even where there is nothing left', () => {
  const { desk, wait } = aDesk();
  desk.charge('a', 700, budget);
  expect(desk.take('a', 1, budget)).toEqual({ ok: false, retryAfterMs: 10_100 });
  wait(10_100);
  expect(desk.take('a', 1, budget)).toEqual({ ok: true });
});

test('small spending is kept to itself, large spending is shared, and what others spent counts', async () => {
  const told: Spent[] = [];
  const store: PointsStore = {
    async spend(spent) {
      told.push(...spent);
      return new Map(spent.map(({ key }) => [key, 5]));
    },
  };
  const { desk } = aDesk(store);
  desk.take('shopper', 59, budget);
  desk.take('crawler', 50, budget);
  desk.take('crawler', 50, budget);
  await eventually(() => expect(told).toEqual([{ key: 'crawler', points: 100, perMinute: 600 }]));
  await eventually(() => expect(desk.take('crawler', 6, budget)).toEqual({ ok: false, retryAfterMs: 100 }));
  expect(desk.take('shopper', 541, budget)).toEqual({ ok: true });
  await desk.close();
});

test('when sharing fails the desk goes on by itself', async () => {
  const { desk, failures } = aDesk({ spend: () => Promise.reject(new Error('away')) });
  desk.take('a', 100, budget);
  await eventually(() => expect(failures).toHaveLength(1));
  expect([desk.take('a', 500, budget).ok, desk.take('a', 1, budget).ok]).toEqual([true, false]);
  await desk.close();
});
