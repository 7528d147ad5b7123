import { describe, expect, test } from '@jest/globals';
import { availabilityStatus, binOf } from './stock-level.ts';
import { StockBoundError, StockSheet } from './stock-sheet.ts';

const place = { warehouseId: 'w', skuId: 's' };
const level = { ...place, onHand: 10, reserved: 3, damaged: 2, safety: 1, bin: 'A-01-01' };

describe('a stock sheet', () => {
  test('sells what is on hand and neither reserved, damaged nor held back', () => {
    expect(new StockSheet([level]).available('w', 's')).toBe(4);
  });

  test('starts at zero where a warehouse never had the SKU', () => {
    const sheet = new StockSheet([]);
    expect(sheet.available('w', 's')).toBe(0);
    sheet.change({ ...place, onHand: 5 });
    expect(sheet.netChanges()).toEqual([
      { ...place, onHand: 5, reserved: 0, damaged: 0, safety: 0, available: 5, isNew: true },
    ]);
  });

  test('adds changes up and forgets those that cancel out', () => {
    const sheet = new StockSheet([level]);
    sheet.change({ ...place, reserved: 2 });
    sheet.change({ ...place, reserved: 1 });
    expect(sheet.netChanges()).toEqual([
      { ...place, onHand: 0, reserved: 3, damaged: 0, safety: 0, available: -3, isNew: false },
    ]);
    sheet.change({ ...place, reserved: -3 });
    expect(sheet.netChanges()).toEqual([]);
  });

  test('adds up what all warehouses have of each SKU, before and now', () => {
    const sheet = new StockSheet([level, { ...level, warehouseId: 'w2' }, { ...level, skuId: 's2' }]);
    sheet.change({ ...place, reserved: 4 });
    sheet.change({ warehouseId: 'w3', skuId: 's', onHand: 1 });
    sheet.change({ warehouseId: 'w3', skuId: 's3', onHand: 2 });
    expect([...sheet.totals()]).toEqual([
      ['s', { before: 8, now: 5 }],
      ['s2', { before: 4, now: 4 }],
      ['s3', { before: 0, now: 2 }],
    ]);
  });

  test.each([
    ['one more than is free is reserved', { reserved: 5 }],
    ['one more is given back than was reserved', { reserved: -4 }],
    ['more leaves than is there', { onHand: -11, reserved: -3 }],
    ['something free leaves without having been reserved, beyond what is free', { onHand: -5 }],
    ['more is repaired than was damaged', { damaged: -3 }],
    ['the safety stock becomes negative', { safety: -2 }],
    ['half a unit moves', { onHand: 0.5 }],
  ])('refuses when %s, and stays as it was', (_, change) => {
    const sheet = new StockSheet([level]);
    expect(() => sheet.change({ ...place, ...change })).toThrow(StockBoundError);
    expect(sheet.level('w', 's')).toEqual(level);
  });
});

describe('availability', () => {
  test.each([
    [0, 'OUT_OF_STOCK'],
    [1, 'LOW_STOCK'],
    [10, 'LOW_STOCK'],
    [11, 'IN_STOCK'],
  ])('of %i units is %s', (sellable, status) => {
    expect(availabilityStatus(sellable)).toBe(status);
  });
});

describe('the bin of a SKU', () => {
  test('is a shelf that exists, always the same one', () => {
    for (let index = 0; index < 500; index += 1) {
      const bin = binOf(`sku_${index}`);
      expect(bin).toMatch(/^[A-H]-(0[1-9]|1\d|2[0-4])-(0[1-9]|[123]\d|40)$/);
      expect(binOf(`sku_${index}`)).toBe(bin);
    }
  });
});
