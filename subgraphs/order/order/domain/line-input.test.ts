import { describe, expect, test } from '@jest/globals';
import { lineRefusals, oneLinePerSku } from './line-input.ts';

describe('the lines of a cart or an order', () => {
  test.each([0, -1, 1000, 10 ** 9, 1.5, Number.NaN])('a quantity of %p is INVALID_INPUT at its place', (quantity) => {
    expect(lineRefusals([{ quantity: 1 }, { quantity }])).toEqual([
      expect.objectContaining({ type: 'InvalidInputError', code: 'INVALID_INPUT', path: ['lines', '1', 'quantity'] }),
    ]);
  });

  test('1 and 999 units are fine', () => {
    expect(lineRefusals([{ quantity: 1 }, { quantity: 999 }])).toEqual([]);
  });

  test.each([0, 101])('%p lines are INVALID_INPUT', (count) => {
    const lines = Array.from({ length: count }, () => ({ quantity: 1 }));
    expect(lineRefusals(lines)).toEqual([expect.objectContaining({ code: 'INVALID_INPUT', path: ['lines'] })]);
  });

  test('of the same SKU become one', () => {
    const lines = [
      { skuId: 'b', quantity: 1 },
      { skuId: 'a', quantity: 2 },
      { skuId: 'b', quantity: 3 },
    ];
    expect(oneLinePerSku(lines)).toEqual([
      { skuId: 'b', quantity: 4 },
      { skuId: 'a', quantity: 2 },
    ]);
  });
});
