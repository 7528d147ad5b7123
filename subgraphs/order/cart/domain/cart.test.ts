import { describe, expect, test } from '@jest/globals';
import {
  addCouponCode,
  addLines,
  joined,
  removeCouponCode,
  setQuantity,
  withoutBought,
  type CartContent,
} from './cart.ts';

let made = 0;
const newLineId = () => `crl_new${(made += 1)}`;
const cart = (...lines: [string, number][]): CartContent => ({
  lines: lines.map(([skuId, quantity]) => ({ lineId: `crl_${skuId}`, skuId, quantity })),
  couponCodes: [],
});
const unitsOf = ({ lines }: CartContent) => lines.map(({ skuId, quantity }) => [skuId, quantity]);

describe('adding lines to a cart', () => {
  test('sums a SKU that is there and appends a new one', () => {
    const added = addLines(
      cart(['a', 2]),
      [
        { skuId: 'b', quantity: 1 },
        { skuId: 'a', quantity: 3 },
      ],
      newLineId,
    );
    if (!added.ok) throw new Error('refused');
    expect(unitsOf(added.value)).toEqual([
      ['a', 5],
      ['b', 1],
    ]);
    expect(added.value.lines[0]?.lineId).toBe('crl_a');
  });

  test('refuses more than 999 units of a SKU, naming the line that goes too far', () => {
    const added = addLines(
      cart(['a', 990]),
      [
        { skuId: 'b', quantity: 1 },
        { skuId: 'a', quantity: 10 },
      ],
      newLineId,
    );
    expect(added).toMatchObject({ ok: false, refusals: [{ code: 'INVALID_INPUT', path: ['lines', '1', 'quantity'] }] });
  });

  test('refuses the 101st SKU', () => {
    const full = cart(...Array.from({ length: 100 }, (_, index): [string, number] => [`s${index}`, 1]));
    expect(addLines(full, [{ skuId: 's0', quantity: 1 }], newLineId).ok).toBe(true);
    expect(addLines(full, [{ skuId: 'x', quantity: 1 }], newLineId)).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_INPUT', path: ['lines'] }],
    });
  });
});

describe('setting the quantity of a line', () => {
  test('replaces it, and 0 removes the line', () => {
    expect(setQuantity(cart(['a', 2]), 'crl_a', 7)).toMatchObject({ ok: true, value: { lines: [{ quantity: 7 }] } });
    expect(setQuantity(cart(['a', 2], ['b', 1]), 'crl_a', 0)).toMatchObject({ value: { lines: [{ skuId: 'b' }] } });
  });

  test.each([-1, 1000, 10 ** 9, 1.5])('to %p is INVALID_INPUT', (quantity) => {
    expect(setQuantity(cart(['a', 2]), 'crl_a', quantity)).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_INPUT', path: ['quantity'] }],
    });
  });

  test('of a line that is not there is NOT_FOUND', () => {
    expect(setQuantity(cart(['a', 2]), 'crl_x', 1)).toMatchObject({
      ok: false,
      refusals: [{ code: 'NOT_FOUND', path: ['lineId'] }],
    });
  });
});

describe('coupon codes of a cart', () => {
  test('are noted once, and at most five', () => {
    const five = { ...cart(), couponCodes: ['A', 'B', 'C', 'D', 'E'] };
    expect(addCouponCode(five, 'C')).toEqual({ ok: true, value: five });
    expect(addCouponCode(five, 'F')).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_INPUT', path: ['code'] }],
    });
    expect(removeCouponCode(five, 'C').couponCodes).toEqual(['A', 'B', 'D', 'E']);
  });
});

describe('a guest cart that joins a member’s', () => {
  test('sums the same SKU, keeps both others and never passes 999', () => {
    expect(unitsOf(joined(cart(['a', 998], ['b', 1]), cart(['c', 4], ['a', 5])))).toEqual([
      ['a', 999],
      ['b', 1],
      ['c', 4],
    ]);
  });

  test('leaves out what passes 100 lines', () => {
    const full = cart(...Array.from({ length: 100 }, (_, index): [string, number] => [`s${index}`, 1]));
    expect(joined(full, cart(['x', 1])).lines).toHaveLength(100);
  });
});

describe('what was bought leaves the cart', () => {
  test('and what was added meanwhile stays', () => {
    const left = withoutBought(cart(['a', 3], ['b', 1], ['c', 2]), [
      { lineId: 'crl_a', quantity: 2 },
      { lineId: 'crl_c', quantity: 2 },
    ]);
    expect(left && unitsOf(left)).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  test('only once: a cart that was ordered meanwhile is null', () => {
    const bought = [{ lineId: 'crl_a', quantity: 2 }];
    const left = withoutBought(cart(['a', 2]), bought);
    expect(left && withoutBought(left, bought)).toBeNull();
  });
});
