import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  disagreements,
  emptyAccount,
  summaryOf,
  type LedgerEntry,
  type PointsAccount,
  type PointsChange,
  type Take,
} from './account.ts';
import { addLot, clawBack, expire, hold, release, returnSpent, spend } from './ledger.ts';

const day = 24 * 3600 * 1000;
const begin = new Date('2026-01-01T00:00:00Z');
const after = (days: number) => new Date(begin.getTime() + days * day);
const order = (id: string, at = begin) => ({ cause: { kind: 'ORDER', id } as const, at });

/** Lots by id: [points, spendable from day, expires on day]. */
function accountWith(lots: Record<string, [number, number, number]>): PointsAccount {
  let account = emptyAccount('mbr_1');
  for (const [id, [earned, from, until]] of Object.entries(lots)) {
    account = addLot(
      account,
      { id, earned, availableAt: after(from), expiresAt: after(until) },
      'EARNED',
      order('ord_0'),
    ).account;
  }
  return account;
}

function held(account: PointsAccount, points: number, at = begin) {
  const outcome = hold(account, points, order('ord_1', at));
  if (!outcome.ok) throw new Error('should be held');
  return outcome.value;
}
const taken = (takes: readonly Take[]) => takes.map(({ lot, points }) => [lot.id, points]);
const available = (account: PointsAccount) => Object.fromEntries(account.lots.map((lot) => [lot.id, lot.available]));

describe('holding points', () => {
  test('takes the soonest expiry first, over several lots', () => {
    const account = accountWith({ late: [100, 0, 300], soon: [30, 0, 10], middle: [50, 0, 100] });
    const { change, takes } = held(account, 90);
    expect(taken(takes)).toEqual([
      ['soon', 30],
      ['middle', 50],
      ['late', 10],
    ]);
    expect(summaryOf(change.account, begin)).toMatchObject({ balance: 90, frozen: 90 });
  });

  test('passes over points that are not spendable yet and points that have expired', () => {
    const account = accountWith({ early: [100, 7, 372], gone: [100, 0, 1], good: [5, 0, 300] });
    expect(hold(account, 6, order('ord_1', after(1)))).toEqual({
      ok: false,
      refusals: [
        {
          type: 'InsufficientPointsError',
          code: 'INSUFFICIENT_POINTS',
          path: ['pointsToSpend'],
          requested: 6,
          available: 5,
        },
      ],
    });
    expect(taken(held(account, 5, after(1)).takes)).toEqual([['good', 5]]);
  });

  test('is undone by releasing, to the very same account', () => {
    const account = accountWith({ a: [10, 0, 50], b: [20, 0, 60] });
    const { change, takes } = held(account, 15);
    expect(release(change.account, takes, order('ord_1')).account.lots).toEqual(account.lots);
  });
});

describe('spent points', () => {
  test('are gone, and a lot that is empty is dropped', () => {
    const { change, takes } = held(accountWith({ a: [10, 0, 50], b: [20, 0, 60] }), 15);
    const spent = spend(change.account, takes, order('ord_1')).account;
    expect(available(spent)).toEqual({ b: 15 });
    expect(summaryOf(spent, begin)).toMatchObject({ balance: 15, frozen: 0 });
  });

  test('come back in parts with their old expiry, those that live longest first', () => {
    const { change, takes } = held(accountWith({ a: [10, 0, 50], b: [20, 0, 60] }), 15);
    const spent = spend(change.account, takes, order('ord_1')).account;
    const once = returnSpent(spent, takes, { points: 7, returnedBefore: 0 }, order('ord_1')).account;
    expect(available(once)).toEqual({ b: 20, a: 2 });
    const twice = returnSpent(once, takes, { points: 8, returnedBefore: 7 }, order('ord_1')).account;
    expect(available(twice)).toEqual({ b: 20, a: 10 });
    expect(twice.lots.find(({ id }) => id === 'a')?.expiresAt).toEqual(after(50));
    expect(() => returnSpent(twice, takes, { points: 1, returnedBefore: 15 }, order('ord_1'))).toThrow(RangeError);
  });

  test('that come back after their expiry can not be spent and expire with the next look', () => {
    const { change, takes } = held(accountWith({ a: [10, 0, 50] }), 10);
    const spent = spend(change.account, takes, order('ord_1')).account;
    const back = returnSpent(spent, takes, { points: 10, returnedBefore: 0 }, order('ord_1', after(80))).account;
    expect(summaryOf(back, after(80)).balance).toBe(0);
    expect(expire(back, after(80)).account.lots).toEqual([]);
  });
});

describe('taking back earned points', () => {
  test('begins with their own lot, then takes the soonest expiry', () => {
    const account = accountWith({ other: [10, 0, 20], own: [30, 7, 372], third: [10, 0, 30] });
    const { account: left } = clawBack(account, 45, 'own', order('rfd_1'));
    expect(available(left)).toEqual({ third: 5 });
    expect(left.debt).toBe(0);
  });

  test('leaves a debt for what is spent, which shows as a balance of 0 and is paid by what comes next', () => {
    const owing = clawBack(accountWith({ own: [30, 0, 365] }), 100, 'own', order('rfd_1')).account;
    expect(summaryOf(owing, begin)).toEqual({ balance: 0, frozen: 0, pending: 0, debt: 70, expiringSoon: [] });
    const partly = addLot(
      owing,
      { id: 'b', earned: 50, availableAt: after(7), expiresAt: after(372) },
      'EARNED',
      order('ord_2'),
    );
    expect(partly.account).toMatchObject({ debt: 20, lots: [] });
    const paid = addLot(
      partly.account,
      { id: 'c', earned: 50, availableAt: after(7), expiresAt: after(372) },
      'EARNED',
      order('ord_3'),
    );
    expect(paid.account.debt).toBe(0);
    expect(summaryOf(paid.account, begin)).toMatchObject({ balance: 0, pending: 30 });
  });

  test('never touches what is held, and is paid when that is released', () => {
    const { change, takes } = held(accountWith({ own: [100, 0, 365] }), 80);
    const owing = clawBack(change.account, 100, 'own', order('rfd_1')).account;
    expect(owing.debt).toBe(80);
    expect(summaryOf(owing, begin).frozen).toBe(80);
    expect(release(owing, takes, order('ord_1')).account).toMatchObject({ debt: 0, lots: [] });
  });
});

describe('expiry', () => {
  test('ends what is available at its very time and spares what is held', () => {
    const { change } = held(accountWith({ a: [10, 0, 50], b: [20, 0, 60] }), 4);
    const { account, entries } = expire(change.account, after(50));
    expect(account.lots.map(({ id, available: left, frozen }) => [id, left, frozen])).toEqual([
      ['a', 0, 4],
      ['b', 20, 0],
    ]);
    expect(entries).toEqual([
      {
        kind: 'EXPIRED',
        lotId: 'a',
        available: -6,
        frozen: 0,
        debt: 0,
        cause: { kind: 'EXPIRY', id: 'a' },
        at: after(50),
      },
    ]);
  });

  test('is announced 30 days ahead, by day, and changes nothing when nothing expired', () => {
    const account = accountWith({ a: [10, 0, 29], b: [5, 0, 29], c: [7, 0, 30], d: [9, 0, 31] });
    expect(summaryOf(account, begin).expiringSoon).toEqual([
      { points: 15, expiresAt: after(29) },
      { points: 7, expiresAt: after(30) },
    ]);
    expect(expire(account, after(28))).toEqual({ account, entries: [] });
  });
});

describe('under any history', () => {
  const step = fc.record({
    what: fc.constantFrom('earn', 'hold', 'release', 'spend', 'return', 'claw', 'expire'),
    points: fc.integer({ min: 1, max: 300 }),
    pick: fc.nat({ max: 1_000 }),
    days: fc.nat({ max: 60 }),
  });

  test('the ledger adds up to the lots and the debt, what is frozen is what orders hold, and nothing is negative', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let account = emptyAccount('mbr_1');
        const entries: LedgerEntry[] = [];
        const holds: Take[][] = [];
        const spent: { takes: Take[]; total: number; returned: number }[] = [];
        let at = begin;
        const apply = (change: PointsChange) => {
          expect(change.account.version - account.version).toBe(change.entries.length > 0 ? 1 : 0);
          account = change.account;
          entries.push(...change.entries);
        };
        for (const [index, { what, points, pick, days }] of steps.entries()) {
          at = new Date(at.getTime() + days * day);
          const occasion = order(`ord_${index}`, at);
          if (what === 'earn') {
            const life = {
              availableAt: new Date(at.getTime() + 7 * day),
              expiresAt: new Date(at.getTime() + 100 * day),
            };
            apply(addLot(account, { id: `lot_${index}`, earned: points, ...life }, 'EARNED', occasion));
          } else if (what === 'hold') {
            const before = summaryOf(account, at).balance;
            const outcome = hold(account, points, occasion);
            expect(outcome.ok).toBe(before >= points);
            if (!outcome.ok) continue;
            apply(outcome.value.change);
            holds.push(outcome.value.takes);
          } else if (what === 'release' || what === 'spend') {
            const [takes] = holds.splice(pick % Math.max(1, holds.length), 1);
            if (takes === undefined) continue;
            apply(what === 'release' ? release(account, takes, occasion) : spend(account, takes, occasion));
            if (what === 'spend') {
              spent.push({ takes, total: takes.reduce((sum, take) => sum + take.points, 0), returned: 0 });
            }
          } else if (what === 'return') {
            const one = spent[pick % Math.max(1, spent.length)];
            if (one === undefined) continue;
            const back = Math.min(points, one.total - one.returned);
            apply(returnSpent(account, one.takes, { points: back, returnedBefore: one.returned }, occasion));
            one.returned += back;
          } else if (what === 'claw') {
            apply(clawBack(account, points, account.lots[0]?.id ?? '', occasion));
          } else {
            apply(expire(account, at));
          }
          expect(disagreements(account, entries)).toEqual([]);
          const inHolds = holds.flat().reduce((sum, take) => sum + take.points, 0);
          expect(summaryOf(account, at).frozen).toBe(inHolds);
          expect(entries.every(({ cause }) => cause.id !== '')).toBe(true);
        }
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });

  test('a ledger that lacks a line, or an account that was tampered with, is noticed', () => {
    const change = addLot(
      emptyAccount('mbr_1'),
      { id: 'a', earned: 9, availableAt: begin, expiresAt: after(9) },
      'EARNED',
      order('ord_1'),
    );
    expect(disagreements(change.account, change.entries)).toEqual([]);
    expect(disagreements(change.account, [])).toEqual(['a has 9 available, its entries say 0']);
    const richer = { ...change.account, lots: change.account.lots.map((lot) => ({ ...lot, available: 10 })) };
    expect(disagreements(richer, change.entries)).toEqual(['a has 10 available, its entries say 9']);
    expect(disagreements({ ...change.account, debt: 3 }, change.entries)).toEqual([
      'the debt is 3, the entries say 0',
      'points are available beside a debt',
    ]);
  });
});
