import { beforeEach, describe, expect, test } from '@jest/globals';
import { createFreshness, type Freshness } from './freshness.ts';

/** Milliseconds of this process's clock; the server's is ten minutes ahead of it. */
let now = 0;
let aheadMs = 600_000;
let freshness: Freshness;
const serverTime = (ms: number) => new Date(ms + aheadMs);
/** The server says that nothing has changed. */
async function answered(): Promise<void> {
  freshness.answered();
  await Promise.resolve();
}

beforeEach(() => {
  now = 10_000;
  aheadMs = 600_000;
  freshness = createFreshness({ heartbeatMs: 250, nowMs: () => now });
});

describe('what is known by a stream of changes', () => {
  test('is nothing before the server has answered, even if it has told of a change', () => {
    expect(freshness.ageMs()).toBe(Number.POSITIVE_INFINITY);
    expect(freshness.changedAt(serverTime(now))).toBeNull();
    expect(freshness.ageMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test('is as old as the server’s last word that nothing has changed', async () => {
    await answered();
    expect(freshness.ageMs()).toBe(0);
    now += 250;
    expect(freshness.ageMs()).toBe(250);
    await answered();
    expect(freshness.ageMs()).toBe(0);
  });

  test('is as old as the server’s word and not as our hearing of it, when this process was held up', async () => {
    await answered();
    now += 5_000;
    // It was said a heartbeat after the one before, and lay here since.
    await answered();
    expect(freshness.ageMs()).toBe(4_750);
    now += 250;
    await answered();
    expect(freshness.ageMs()).toBe(0);
  });

  test('is as old as the last change was late, however the clocks differ', async () => {
    await answered();
    expect(freshness.changedAt(serverTime(now))).toBe(0);
    now += 5_000;
    expect(freshness.changedAt(serverTime(now - 30))).toBe(30);
    expect(freshness.ageMs()).toBe(30);
  });

  test('is old while the stream brings a backlog, of which the end is not known', async () => {
    await answered();
    freshness.changedAt(serverTime(now));
    now += 10_000;
    freshness.answered();
    expect(freshness.changedAt(serverTime(now - 9_000))).toBe(9_000);
    await Promise.resolve();
    expect(freshness.ageMs()).toBe(9_000);
    expect(freshness.changedAt(serverTime(now - 100))).toBe(100);
    expect(freshness.ageMs()).toBe(100);
  });

  test('is old when the first change of all comes out of a backlog', async () => {
    await answered();
    now += 10_000;
    expect(freshness.changedAt(serverTime(now - 9_000))).toBe(10_000);
    expect(freshness.changedAt(serverTime(now - 8_000))).toBe(9_000);
    expect(freshness.ageMs()).toBe(9_000);
  });

  test.each([-3_000, 3_000])('is as old as before when the server’s clock is set by %i ms', async (step) => {
    await answered();
    freshness.changedAt(serverTime(now));
    aheadMs += step;
    now += 40;
    expect(freshness.changedAt(serverTime(now))).toBeLessThanOrEqual(40);
    now += 40;
    expect(freshness.changedAt(serverTime(now))).toBeLessThanOrEqual(40);
    expect(freshness.ageMs()).toBeLessThanOrEqual(40);
  });

  test('is nothing once it is lost, not even by an answer that came before', async () => {
    freshness.answered();
    freshness.lost();
    await Promise.resolve();
    expect(freshness.ageMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test('gets no younger by a change without a time', async () => {
    await answered();
    now += 100;
    expect(freshness.changedAt(undefined)).toBeNull();
    expect(freshness.ageMs()).toBe(100);
  });
});
