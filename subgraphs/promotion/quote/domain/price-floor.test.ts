import { describe, expect, test } from '@jest/globals';
import { cart, coupon, everything, line, promotion, rung } from './examples.ts';
import { quoteCart, type Quote } from './quote.ts';

const totalsOf = (quote: Quote) => quote.lines.map(({ totalMinor }) => totalMinor);
/** ¥100 that must keep ¥70. */
const cup = line('cup', 10_000, { floorMinor: 7_000 });
const half = { ladder: [rung(null, { percent: '50' })] };

describe('a price', () => {
  test('stops at its floor, and the offer costs no more than it gave', () => {
    const quote = quoteCart(cart({ lines: [cup], coupons: [coupon('fifty', { amountOffMinor: 5_000 })] }));
    expect(quote).toMatchObject({ totalMinor: 7_000, discountMinor: 3_000, coupons: [{ amountMinor: 3_000 }] });
    expect(quote.rejections).toEqual([]);
  });

  test('stops at its floor for each piece', () => {
    const three = { ...cup, quantity: 3 };
    const quote = quoteCart(cart({ lines: [three], promotions: [promotion('half', half)] }));
    expect(quote.totalMinor).toBe(21_000);
  });

  test('that is a timed one is the floor where that is higher, and lower prices stay what they are', () => {
    const timed = promotion('timed', { kind: 'TIMED_PRICE', ...half });
    const quote = quoteCart(cart({ lines: [cup, line('bowl', 10_000)], promotions: [timed] }));
    expect(totalsOf(quote)).toEqual([7_000, 5_000]);
  });

  test('of several goods takes on what those at their floors can’t take', () => {
    const lines = [line('tight', 10_000, { floorMinor: 9_500 }), line('wide', 10_000), line('other', 5_000)];
    const quote = quoteCart(cart({ lines, coupons: [coupon('c', { amountOffMinor: 2_500 })] }));
    expect(totalsOf(quote)).toEqual([9_500, 8_667, 4_333]);
  });

  test('takes nothing on from goods that the offer is not for', () => {
    const lines = [cup, line('bowl', 10_000)];
    const scope = { ...everything, skuIds: ['cup'] };
    const quote = quoteCart(cart({ lines, coupons: [coupon('c', { amountOffMinor: 5_000, scope })] }));
    expect(totalsOf(quote)).toEqual([7_000, 10_000]);
  });

  test('that is at its floor goes no lower, and that is told', () => {
    const quote = quoteCart(
      cart({
        lines: [line('cup', 10_000, { floorMinor: 10_000 })],
        promotions: [promotion('p')],
        coupons: [coupon('c')],
      }),
    );
    expect(quote.totalMinor).toBe(10_000);
    expect(quote.rejections).toMatchObject([
      { code: 'PRICE_FLOOR', promotionId: 'p', missingMinor: null },
      { code: 'PRICE_FLOOR', couponId: 'c' },
    ]);
  });

  test('that another offer took to its floor leaves nothing to the next one', () => {
    const quote = quoteCart(cart({ lines: [cup], promotions: [promotion('half', half)], coupons: [coupon('c')] }));
    expect(quote.totalMinor).toBe(7_000);
    expect(quote.rejections).toMatchObject([{ code: 'PRICE_FLOOR', couponId: 'c' }]);
  });

  test('that the shop itself set below the floor stays as it is', () => {
    const below = line('cup', 6_000, { floorMinor: 7_000 });
    const timed = promotion('timed', { kind: 'TIMED_PRICE', ...half });
    const quote = quoteCart(
      cart({ lines: [below], promotions: [timed, promotion('half', half)], coupons: [coupon('c')] }),
    );
    expect(quote.totalMinor).toBe(6_000);
  });

  test('may be paid with points below its floor: they are money', () => {
    const coupons = [coupon('fifty', { amountOffMinor: 5_000 })];
    const quote = quoteCart(cart({ lines: [cup], coupons, points: { requested: 2_000, balance: 2_000 } }));
    expect(quote).toMatchObject({ totalMinor: 5_000, points: { spent: 2_000 } });
  });

  test('passes its floor by a promotion that may, and by nothing beside it', () => {
    const approved = promotion('approved', { ...half, passesFloor: true });
    const quote = quoteCart(cart({ lines: [cup], promotions: [approved], coupons: [coupon('c')] }));
    expect(quote).toMatchObject({ totalMinor: 5_000, promotions: [{ promotionId: 'approved', amountMinor: 5_000 }] });
    expect(quote.rejections).toMatchObject([{ code: 'PRICE_FLOOR', couponId: 'c' }]);
  });

  test('at its floor is within the budget that the whole discount would pass', () => {
    const within = promotion('half', { ...half, budgetLeftMinor: 3_000 });
    expect(quoteCart(cart({ lines: [cup], promotions: [within] })).totalMinor).toBe(7_000);
  });
});
