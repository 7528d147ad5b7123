import { describe, expect, test } from '@jest/globals';
import { allocate as dineroAllocate, dinero, toSnapshot } from 'dinero.js';
import { CNY } from 'dinero.js/currencies';
import * as fc from 'fast-check';
import { allocate } from './allocate.ts';

const total = (shares: readonly number[]): number => shares.reduce((all, share) => all + share, 0);
const whole = (max: number) => fc.integer({ min: 0, max });

describe('spreading an amount over lines', () => {
  test.each([
    ['in proportion', 100, [1, 1, 2], [25, 25, 50]],
    ['the odd unit to the first of equals', 100, [1, 1, 1], [34, 33, 33]],
    ['the odd unit to the largest fraction, not the last line', 10, [5, 3, 1], [6, 3, 1]],
    ['two odd units to the two largest fractions', 7, [30, 19, 11], [4, 2, 1]],
    ['3 over seven lines of 1', 3, [1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0, 0]],
    ['nothing to a gift line of price zero', 10, [0, 3, 0, 7], [0, 3, 0, 7]],
    ['nothing', 0, [3, 4], [0, 0]],
    ['equally when every line is free', 5, [0, 0], [3, 2]],
    ['nothing over no lines', 0, [], []],
  ])('gives %s', (_name, amount, weights, shares) => {
    expect(allocate(amount, weights)).toEqual(shares);
  });

  test('stays exact where amount × weight passes 2^53', () => {
    expect(allocate(9_007_199_254_740_991, [9_007_199_254_740_991, 1])).toEqual([9_007_199_254_740_990, 1]);
  });

  test('loses and makes no unit, and keeps every share within one unit of its due', () => {
    fc.assert(
      fc.property(whole(1e12), fc.array(whole(1e9), { minLength: 1, maxLength: 30 }), (amount, weights) => {
        const shares = allocate(amount, weights);
        expect(total(shares)).toBe(amount);
        const all = BigInt(total(weights));
        if (all === 0n) return;
        shares.forEach((share, line) => {
          const due = BigInt(amount) * BigInt(weights[line] ?? 0);
          expect(BigInt(share) * all > due - all && BigInt(share) * all < due + all).toBe(true);
        });
      }),
    );
  });

  test('agrees with dinero.js whenever no fraction is left or all fractions are equal', () => {
    fc.assert(
      fc.property(whole(1e6), fc.integer({ min: 1, max: 12 }), whole(50), (amount, lines, weight) => {
        const weights = Array.from({ length: lines }, () => weight + 1);
        const oracle = dineroAllocate(dinero({ amount, currency: CNY }), weights);
        expect(allocate(amount, weights)).toEqual(oracle.map((share) => toSnapshot(share).amount));
      }),
    );
  });

  test('differs from dinero.js by at most the odd units, which go to the largest fractions here', () => {
    fc.assert(
      fc.property(
        whole(1e6),
        fc.array(fc.integer({ min: 1, max: 1e4 }), { minLength: 1, maxLength: 12 }),
        (amount, weights) => {
          const oracle = dineroAllocate(dinero({ amount, currency: CNY }), weights).map(
            (share) => toSnapshot(share).amount,
          );
          allocate(amount, weights).forEach((share, line) => {
            expect(Math.abs(share - (oracle[line] ?? 0))).toBeLessThanOrEqual(1);
          });
        },
      ),
    );
  });
});

describe('spreading an amount under ceilings', () => {
  test.each([
    [
      'a discount of 3 over 1 × 7 takes no line below zero',
      3,
      [1, 1, 1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1, 1, 1],
      [1, 1, 1, 0, 0, 0, 0],
    ],
    ['what a full line cannot take goes to the others in proportion', 10, [8, 1, 1], [2, 10, 10], [2, 4, 4]],
    ['the others may fill up in turn', 10, [100, 10, 1], [4, 3, 3], [4, 3, 3]],
    ['a line that has nothing left takes nothing', 5, [9, 1], [0, 5], [0, 5]],
    ['lines without weight take what the weighted ones cannot', 10, [1, 0, 0], [4, 3, 9], [4, 2, 4]],
    ['all lines without weight share by their ceilings', 6, [0, 0], [4, 8], [2, 4]],
    ['the whole capacity is used', 9, [1, 1], [4, 5], [4, 5]],
    ['nothing over no lines', 0, [], [], []],
  ])('%s', (_name, amount, weights, ceilings, shares) => {
    expect(allocate(amount, weights, ceilings)).toEqual(shares);
  });

  const lines = fc.array(fc.record({ weight: whole(1e6), ceiling: whole(1e6) }), { minLength: 1, maxLength: 25 });

  test('no share passes its ceiling, and the sum is the amount', () => {
    fc.assert(
      fc.property(lines, fc.double({ min: 0, max: 1, noNaN: true }), (entries, part) => {
        const ceilings = entries.map((entry) => entry.ceiling);
        const amount = Math.floor(total(ceilings) * part);
        const shares = allocate(
          amount,
          entries.map((entry) => entry.weight),
          ceilings,
        );
        expect(total(shares)).toBe(amount);
        shares.forEach((share, line) => {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(ceilings[line] ?? 0);
        });
      }),
    );
  });

  test('ceilings that nobody reaches change nothing', () => {
    fc.assert(
      fc.property(
        whole(1e6),
        fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 25 }),
        (amount, weights) => {
          expect(
            allocate(
              amount,
              weights,
              weights.map(() => amount),
            ),
          ).toEqual(allocate(amount, weights));
        },
      ),
    );
  });

  test('refuses an amount that does not fit', () => {
    expect(() => allocate(10, [1, 1], [4, 5])).toThrow(RangeError);
    expect(() => allocate(1, [], [])).toThrow(RangeError);
  });
});

describe('what cannot be spread', () => {
  test.each([
    ['a negative amount', -1, [1], undefined],
    ['a fraction', 0.5, [1], undefined],
    ['something that is no number', Number.NaN, [1], undefined],
    ['a negative weight', 1, [2, -1], undefined],
    ['an infinite weight', 1, [Infinity], undefined],
    ['a negative ceiling', 1, [1, 1], [2, -1]],
    ['an amount over no lines', 1, [], undefined],
    ['a ceiling too few', 1, [1, 1], [1]],
  ])('is %s', (_name, amount, weights, ceilings) => {
    expect(() => allocate(amount, weights, ceilings)).toThrow(RangeError);
  });
});
