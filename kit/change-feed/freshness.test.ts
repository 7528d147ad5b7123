import { beforeEach, describe, expect, test } from '@jest/globals';
import { createFreshness, type Freshness } from './freshness.ts';

/** Milliseconds of this process's clock; the server's is ten minutes ahead of it. */
let now = 0;
let freshness: Freshness;
const serverTime = (ms: number) => new Date(ms + 600_000);

beforeEach(() => {
  now = 10_000;
  freshness = createFreshness({ nowMs: () => now });
});

describe('a stream of changes', () => {
  test('is not fresh before the server has answered', () => {
    expect(freshness.isFresh()).toBe(false);
  });

  test('is fresh for less than a second after the server said that nothing has changed', async () => {
    freshness.answered();
    await Promise.resolve();
    now += 999;
    expect(freshness.isFresh()).toBe(true);
    now += 1;
    expect(freshness.isFresh()).toBe(false);
  });

  test('is fresh while changes come promptly, however the clocks differ', () => {
    expect(freshness.changedAt(serverTime(now))).toBe(0);
    now += 5_000;
    expect(freshness.changedAt(serverTime(now - 30))).toBe(30);
    expect(freshness.isFresh()).toBe(true);
  });

  test('is not fresh while it brings a backlog, of which the end is not known', async () => {
    freshness.changedAt(serverTime(now));
    now += 10_000;
    freshness.answered();
    expect(freshness.changedAt(serverTime(now - 9_000))).toBe(9_000);
    await Promise.resolve();
    expect(freshness.isFresh()).toBe(false);
    expect(freshness.changedAt(serverTime(now - 100))).toBe(100);
    expect(freshness.isFresh()).toBe(true);
  });

  test('is not fresh once it is lost, not even by an answer that came before', async () => {
    freshness.answered();
    freshness.lost();
    await Promise.resolve();
    expect(freshness.isFresh()).toBe(false);
  });

  test('has no lag that could be told when the server gives no time', () => {
    expect(freshness.changedAt(undefined)).toBeNull();
    expect(freshness.isFresh()).toBe(false);
  });
});
