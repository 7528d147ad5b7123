import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemClock } from '#kit/clock/clock.ts';
import { createPointsDesk } from '../points-desk.ts';
import { openPointsStore } from './open-points-store.ts';

const db = testDatabase();
let stores: Awaited<ReturnType<typeof openPointsStore>>[];
beforeAll(async () => {
  const mongo = { uri: db.uri, database: db.name };
  stores = await Promise.all([openPointsStore(mongo), openPointsStore(mongo)]);
});
afterAll(() => Promise.all((stores ?? []).map((store) => store.close())));

const levelAfter = async (gateway: number, key: string, points: number, perMinute = 600) =>
  (await stores[gateway]?.spend([{ key, points, perMinute }]))?.get(key) ?? Number.NaN;

test('gateways draw from the same bucket, however they interleave', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, index) => levelAfter(index % 2, 'shared', 10, 1)));
  // It fills by one point a minute, and nobody owes more than a minute.
  expect(await levelAfter(0, 'shared', 0, 1)).toBeCloseTo(-1, 1);
});

test('a bucket begins full and fills by the database’s clock', async () => {
  expect(await levelAfter(0, 'slow', 100)).toBe(500);
  const fast = 60_000_000;
  expect(await levelAfter(0, 'fast', fast, fast)).toBeGreaterThanOrEqual(0);
  await eventually(async () => expect(await levelAfter(1, 'fast', 0, fast)).toBeGreaterThan(15_000));
});

test('several callers are settled at once', async () => {
  const levels = await stores[0]?.spend([
    { key: 'a', points: 1, perMinute: 10 },
    { key: 'b', points: 2, perMinute: 10 },
  ]);
  expect([...(levels ?? [])].toSorted()).toEqual([
    ['a', 9],
    ['b', 8],
  ]);
});

test('who asks two gateways in turn gets one budget, a tenth more for each of them, and what a moment brings', async () => {
  const budget = { perMinute: 6_000 };
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const desks = stores.map((store) => createPointsDesk({ store, clock: systemClock, onFailure }));
  const begunAt = performance.now();
  const atOnce = 100;
  let given = 0;
  // A caller who asks both as fast as they are answered, until neither gives anything any more.
  for (let refused = 0; refused < 2;) {
    refused = 0;
    for (const desk of desks) {
      if (desk.take('greedy', atOnce, budget).ok) given += atOnce;
      else refused += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const gained = ((performance.now() - begunAt) / 60_000) * budget.perMinute;
  // Before a gateway hears of the other's spending: its tenth, and what it gave in the quarter of a second until it shared.
  const unheard = 2 * (budget.perMinute / 10 + 4 * atOnce);
  expect(given).toBeGreaterThanOrEqual(budget.perMinute);
  expect(given).toBeLessThanOrEqual(budget.perMinute + unheard + gained);
  expect(failures).toEqual([]);
  await Promise.all(desks.map((desk) => desk.close()));
});
