import { describe, expect, test } from '@jest/globals';
import { orderNumber } from './order-number.ts';

describe('an order number', () => {
  test('begins with the day in China, which starts at 16:00 UTC', () => {
    expect(orderNumber(new Date('2026-11-22T15:59:59.999Z'), 12_345_678)).toBe('2026112212345678');
    expect(orderNumber(new Date('2026-11-22T16:00:00.000Z'), 12_345_678)).toBe('2026112312345678');
  });

  test('always has 16 digits', () => {
    expect(orderNumber(new Date('2026-01-02T03:04:05Z'), 0)).toBe('2026010200000000');
    expect(orderNumber(new Date('2026-01-02T03:04:05Z'), 99_999_999)).toBe('2026010299999999');
  });

  test.each([-1, 100_000_000, 1.5, Number.NaN])('is not made from %p', (random) => {
    expect(() => orderNumber(new Date(0), random)).toThrow(RangeError);
  });
});
