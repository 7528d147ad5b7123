import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderLine } from '../../order/domain/order.ts';
import { pointsShare, refundStatusOf, shareOf } from './refund-share.ts';

type Claimed = Pick<OrderLine, 'quantity' | 'totalMinor' | 'claimedUnits' | 'claimedMinor'>;

const claimed = (line: Claimed, units: number, minor: number): Claimed => ({
  ...line,
  claimedUnits: line.claimedUnits + units,
  claimedMinor: line.claimedMinor + minor,
});
const line = (quantity: number, totalMinor: number) => ({ quantity, totalMinor, claimedUnits: 0, claimedMinor: 0 });

describe('the share of some units in what was paid for a line', () => {
  test('of 7 for three units is 2, 2 and 3', () => {
    const first = shareOf(line(3, 700), 1);
    expect(first).toBe(233);
    const shares = [1, 1, 1].reduce<{ paid: number[]; of: ReturnType<typeof line> }>(
      ({ paid, of }, units) => {
        const share = shareOf(of, units);
        return {
          paid: [...paid, share],
          of: { ...of, claimedUnits: of.claimedUnits + units, claimedMinor: of.claimedMinor + share },
        };
      },
      { paid: [], of: line(3, 7) },
    ).paid;
    expect(shares).toEqual([2, 2, 3]);
  });

  test('adds up to the whole line for any partition, also when some claims are refused and made again', () => {
    const steps = fc.array(fc.record({ units: fc.integer({ min: 1, max: 5 }), refuse: fc.boolean() }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 100_000 }),
        steps,
        (quantity, total, tries) => {
          let now: Claimed = line(quantity, total);
          for (const { units, refuse } of tries) {
            const fits = Math.min(units, now.quantity - now.claimedUnits);
            if (fits < 1) break;
            const share = shareOf(now, fits);
            expect(share).toBeGreaterThanOrEqual(0);
            if (!refuse) now = claimed(now, fits, share);
          }
          const left = now.quantity - now.claimedUnits;
          const rest = left > 0 ? shareOf(now, left) : 0;
          expect(now.claimedMinor + rest).toBe(total);
        },
      ),
    );
  });

  test.each([0, -1, 3, 1.5])('of %p units when two are left is refused', (units) => {
    expect(() => shareOf({ quantity: 5, totalMinor: 100, claimedUnits: 3, claimedMinor: 60 }, units)).toThrow(
      RangeError,
    );
  });
});

describe('spent points that go back', () => {
  const order = (pointsReturned: number, refundedGoodsMinor: number) => ({
    lines: [{ totalMinor: 1000 }, { totalMinor: 500 }] as never,
    pointsSpent: 100,
    pointsReturned,
    refundedGoodsMinor,
  });

  test('follow the goods, and the last refund gets the rest', () => {
    expect(pointsShare(order(0, 0), 500)).toBe(33);
    expect(pointsShare(order(33, 500), 500)).toBe(33);
    expect(pointsShare(order(66, 1000), 500)).toBe(34);
  });

  test('are all of them when everything goes back at once', () => {
    expect(pointsShare(order(0, 0), 1500)).toBe(100);
  });
});

describe('the refund status', () => {
  test('is NONE, PARTIAL or FULL by goods', () => {
    expect([refundStatusOf(0, 100), refundStatusOf(1, 100), refundStatusOf(100, 100)]).toEqual([
      'NONE',
      'PARTIAL',
      'FULL',
    ]);
  });
});
