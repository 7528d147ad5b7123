import { describe, expect, test } from '@jest/globals';
import { adjust, holdBack } from './adjustment.ts';

const place = { warehouseId: 'w', skuId: 's' };
/** 4 free, 3 reserved, 2 damaged, 1 held back. */
const level = { ...place, onHand: 10, reserved: 3, damaged: 2, safety: 1, bin: 'A-01-01' };

describe('an adjustment', () => {
  test.each([
    ['DAMAGED', 4, { damaged: 4 }],
    ['REPAIRED', 2, { damaged: -2 }],
    ['DISPOSED', 2, { onHand: -2, damaged: -2 }],
    ['COUNTED', 6, { onHand: -4 }],
    ['COUNTED', 10, { onHand: 0 }],
    ['COUNTED', 25, { onHand: 15 }],
  ] as const)('%s %i changes the level', (reason, quantity, change) => {
    expect(adjust(level, reason, quantity)).toEqual({ ok: true, value: { ...place, ...change } });
  });

  test.each([
    ['DAMAGED', 5, 5, 4],
    ['REPAIRED', 3, 3, 2],
    ['DISPOSED', 3, 3, 2],
    ['COUNTED', 5, 5, 4],
    ['COUNTED', 0, 10, 4],
  ] as const)('%s %i is refused: %i would go, %i are there', (reason, quantity, requested, available) => {
    const facts = { code: 'INSUFFICIENT_STOCK', path: ['quantity'], skuId: 's', requested, available };
    expect(adjust(level, reason, quantity)).toMatchObject({ ok: false, refusals: [facts] });
  });

  test.each([
    ['DAMAGED', 0],
    ['REPAIRED', -1],
    ['DISPOSED', 1.5],
    ['COUNTED', -1],
    ['COUNTED', 1_000_001],
  ] as const)('%s %d is no quantity', (reason, quantity) => {
    expect(adjust(level, reason, quantity)).toMatchObject({
      refusals: [{ code: 'INVALID_INPUT', path: ['quantity'] }],
    });
  });
});

describe('safety stock', () => {
  test.each([
    [0, -1],
    [1, 0],
    [5, 4],
  ])('of %i changes it by %i', (quantity, safety) => {
    expect(holdBack(level, quantity)).toEqual({ ok: true, value: { ...place, safety } });
  });

  test('takes no unit that is promised or damaged', () => {
    expect(holdBack(level, 6)).toMatchObject({
      refusals: [{ code: 'INSUFFICIENT_STOCK', requested: 6, available: 5 }],
    });
    expect(holdBack(level, -1)).toMatchObject({ refusals: [{ code: 'INVALID_INPUT' }] });
  });
});
