import { describe, expect, test } from '@jest/globals';
import { arrivalOf, type ArrivalFacts } from './promise.ts';

const near = { zone: 'NEAR', minDays: 1, maxDays: 3 } as const;
const local = { zone: 'LOCAL', minDays: 1, maxDays: 2 } as const;

function arrival(facts: Partial<ArrivalFacts> & { at: string; tier?: 'CENTRAL' | 'FRONT' }) {
  const { at, tier = 'CENTRAL', ...more } = facts;
  const warehouse = { tier, cutoffMinutes: 16 * 60, dailyParcels: 100 };
  const window = arrivalOf({ warehouse, rate: near, backlog: 0, now: new Date(at), ...more });
  return [window.earliest.toISOString(), window.latest.toISOString(), window.latestInDays];
}

describe('the delivery promise', () => {
  test('counts from today until the cut-off', () => {
    // 15:59:59 in China
    expect(arrival({ at: '2026-06-18T07:59:59Z' })).toEqual([
      '2026-06-19T01:00:00.000Z',
      '2026-06-21T13:00:00.000Z',
      3,
    ]);
  });

  test('counts from tomorrow at the cut-off', () => {
    expect(arrival({ at: '2026-06-18T08:00:00Z' })).toEqual([
      '2026-06-20T01:00:00.000Z',
      '2026-06-22T13:00:00.000Z',
      4,
    ]);
  });

  test('takes the day from the Chinese calendar, not from UTC', () => {
    // 00:30 on the 19th in China
    expect(arrival({ at: '2026-06-18T16:30:00Z' })).toEqual([
      '2026-06-20T01:00:00.000Z',
      '2026-06-22T13:00:00.000Z',
      3,
    ]);
  });

  test('adds a day for each full day of work that waits in the warehouse', () => {
    const at = '2026-06-18T02:00:00Z';
    expect(arrival({ at, backlog: 99 })[0]).toBe('2026-06-19T01:00:00.000Z');
    expect(arrival({ at, backlog: 100 })[0]).toBe('2026-06-20T01:00:00.000Z');
    expect(arrival({ at, backlog: 250 })[0]).toBe('2026-06-21T01:00:00.000Z');
  });

  test('of a front warehouse in its own region is the same day, two hours from now on the full hour at best', () => {
    // 10:20 in China → 13:00
    expect(arrival({ at: '2026-06-18T02:20:00Z', tier: 'FRONT', rate: local })).toEqual([
      '2026-06-18T05:00:00.000Z',
      '2026-06-19T13:00:00.000Z',
      1,
    ]);
  });

  test('of a front warehouse after the cut-off is the next day', () => {
    expect(arrival({ at: '2026-06-18T09:00:00Z', tier: 'FRONT', rate: local })[0]).toBe('2026-06-19T01:00:00.000Z');
  });

  test('of a front warehouse outside its region is the carrier’s', () => {
    expect(arrival({ at: '2026-06-18T02:00:00Z', tier: 'FRONT' })[1]).toBe('2026-06-21T13:00:00.000Z');
  });

  test('never ends before it begins and never begins in the past', () => {
    for (let minute = 0; minute < 1440; minute += 7) {
      const now = new Date(Date.UTC(2026, 5, 18) + minute * 60_000);
      const warehouse = { tier: 'FRONT', cutoffMinutes: 1439, dailyParcels: 1 } as const;
      const window = arrivalOf({ warehouse, rate: { zone: 'NEAR', minDays: 0, maxDays: 0 }, backlog: 0, now });
      expect(window.earliest.getTime()).toBeGreaterThan(now.getTime());
      expect(window.latest.getTime()).toBeGreaterThanOrEqual(window.earliest.getTime());
    }
  });
});
