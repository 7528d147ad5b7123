import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { createNetworkNow } from './network-now.ts';

/** A network of one warehouse whose backlog is counted when the test says so; `parcels` were counted just now. */
async function aCountedNetwork(parcels: number) {
  const network = aNetwork();
  const first = network.backlog();
  network.answer(0, parcels);
  await first;
  return network;
}

/** A network of one warehouse of which nothing is known, and whose backlog is counted when the test says so. */
function aNetwork() {
  const clock = testClock(new Date('2026-11-24T08:00:00.000Z'));
  const counts: PromiseWithResolvers<Map<string, number>>[] = [];
  const warned: object[] = [];
  const readNetworkNow = createNetworkNow({
    network: { network: () => ({ warehouses: [], carriers: [] }) as never },
    fulfillments: {
      backlog() {
        const count = Promise.withResolvers<Map<string, number>>();
        counts.push(count);
        return count.promise;
      },
    },
    clock,
    log: { warn: (facts) => warned.push(facts) },
  });
  return {
    clock,
    counts,
    warned,
    backlog: async () => (await readNetworkNow()).backlog.get('whs_1'),
    answer: (nth: number, parcels: number) => counts[nth]?.resolve(new Map([['whs_1', parcels]])),
  };
}

describe('the backlog of warehouses', () => {
  test('is counted once for all who ask meanwhile', async () => {
    const { backlog, counts, answer } = aNetwork();
    const asked = [backlog(), backlog(), backlog()];
    answer(0, 7);
    expect(await Promise.all(asked)).toEqual([7, 7, 7]);
    expect(await backlog()).toBe(7);
    expect(counts).toHaveLength(1);
  });

  test('is counted again after five seconds, and nobody waits for it', async () => {
    const { clock, backlog, counts, answer } = await aCountedNetwork(7);
    clock.advance(5_000);
    expect([await backlog(), await backlog()]).toEqual([7, 7]);
    expect(counts).toHaveLength(2);
    answer(1, 9);
    await nextTurn();
    expect(await backlog()).toBe(9);
    expect(counts).toHaveLength(2);
  });

  test('is waited for when it was counted a minute ago, and says so when it can’t be counted', async () => {
    const { clock, backlog, counts, answer } = await aCountedNetwork(7);
    clock.advance(60_000);
    const later = backlog();
    counts[1]?.reject(new Error('no database'));
    await expect(later).rejects.toThrow('no database');
    clock.advance(10_000);
    const again = backlog();
    answer(2, 8);
    expect(await again).toBe(8);
  });

  test('stays what it was when it can’t be counted for a moment', async () => {
    const { clock, backlog, counts, warned } = await aCountedNetwork(7);
    clock.advance(6_000);
    await backlog();
    counts[1]?.reject(new Error('no database'));
    await nextTurn();
    expect(warned).toEqual([{ err: new Error('no database') }]);
    clock.advance(5_000);
    expect(await backlog()).toBe(7);
    expect(counts).toHaveLength(3);
  });
});
