import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lifeOfEarned, pointsFor, pointsToClawBack } from './order-points.ts';

const earning = (goodsMinor: number, refundedMinor = 0) => ({
  goodsMinor,
  refundedMinor,
  currency: 'CNY',
  points: pointsFor(goodsMinor, 'CNY'),
  lotId: 'lot_1',
});

describe('the points of an order', () => {
  test.each([
    [9_999, 'CNY', 99],
    [10_000, 'CNY', 100],
    [99, 'CNY', 0],
    [0, 'CNY', 0],
    [-100, 'CNY', 0],
    [500, 'JPY', 500],
  ])('for %i minor %s are %i', (minor, currency, points) => {
    expect(pointsFor(minor, currency)).toBe(points);
  });

  test('can be spent 7 days after the receipt and live 365 days from then', () => {
    expect(lifeOfEarned(new Date('2026-03-01T08:00:00Z'))).toEqual({
      availableAt: new Date('2026-03-08T08:00:00Z'),
      expiresAt: new Date('2027-03-08T08:00:00Z'),
    });
  });

  test('go back with a refund so that what is left is what the rest would have earned', () => {
    expect(pointsToClawBack(earning(10_050), 60)).toBe(1);
    expect(pointsToClawBack(earning(10_050), 50)).toBe(0);
    expect(pointsToClawBack(earning(10_050, 50), 10)).toBe(1);
    expect(pointsToClawBack(earning(10_050), 10_050)).toBe(100);
    expect(pointsToClawBack(earning(10_050), 99_999)).toBe(100);
  });

  test('go back completely over any cutting of the refund into parts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 12 }), (parts) => {
        const goods = parts.reduce((sum, part) => sum + part, 0);
        let refunded = 0;
        let clawed = 0;
        for (const part of parts) {
          clawed += pointsToClawBack(earning(goods, refunded), part);
          refunded += part;
        }
        expect(clawed).toBe(pointsFor(goods, 'CNY'));
      }),
      { seed: 20261122 },
    );
  });
});
