import { describe, expect, test } from '@jest/globals';
import { cart, coupon, everything, guest, line, noon, promotion, rung } from './examples.ts';
import { quoteCart, type Quote } from './quote.ts';
import type { RejectionCode } from './rejection.ts';
import type { CouponRule, PromotionRule } from './rule.ts';

const stepsOf = (quote: Quote, index = 0) =>
  quote.lines[index]?.steps.map(({ kind, beforeMinor, afterMinor }) => [kind, beforeMinor, afterMinor]);
const reasonsOf = (quote: Quote) => quote.rejections.map(({ code, missingMinor }) => [code, missingMinor]);

describe('the price pipeline', () => {
  test('goes from channel price over timed price, ladder, coupon and points to what is paid, step by step', () => {
    const quote = quoteCart(
      cart({
        lines: [line('a', 20_000)],
        promotions: [
          promotion('timed', { kind: 'TIMED_PRICE', ladder: [rung(null, { percent: '10' })] }),
          promotion('ladder', { ladder: [rung(15_000, { amount: 3_000 })] }),
          promotion('parcel', { kind: 'FREE_SHIPPING', ladder: [rung(9_900, {})] }),
        ],
        coupons: [coupon('five')],
        points: { requested: 2_000, balance: 5_000 },
        freightMinor: 1_200,
      }),
    );
    expect(stepsOf(quote)).toEqual([
      ['CHANNEL_PRICE', 20_000, 20_000],
      ['TIMED_PRICE', 20_000, 18_000],
      ['AMOUNT_OFF_LADDER', 18_000, 15_000],
      ['COUPON', 15_000, 14_500],
      ['POINTS', 14_500, 12_500],
    ]);
    expect(quote).toMatchObject({ subtotalMinor: 20_000, discountMinor: 7_500, freightMinor: 0, totalMinor: 12_500 });
    expect(quote.points).toEqual({ spendable: 5_000, spent: 2_000, discountMinor: 2_000, earned: 125 });
    expect(quote.promotions).toEqual([
      { promotionId: 'timed', amountMinor: 2_000 },
      { promotionId: 'ladder', amountMinor: 3_000 },
      { promotionId: 'parcel', amountMinor: 1_200 },
    ]);
    expect(quote.coupons).toEqual([{ templateId: 'template-of-five', couponId: 'five', amountMinor: 500 }]);
    expect(quote.rejections).toEqual([]);
  });

  test('lets 99.01 not reach 100.00, and says that 0.99 is missing', () => {
    const quote = quoteCart(cart({ lines: [line('a', 9_901)], promotions: [promotion('ladder')] }));
    expect(quote.totalMinor).toBe(9_901);
    expect(reasonsOf(quote)).toEqual([['THRESHOLD_NOT_REACHED', 99]]);
  });

  test('measures a ladder after the timed price, which can put it out of reach', () => {
    const timed = promotion('timed', { kind: 'TIMED_PRICE', ladder: [rung(null, { amount: 2_000 })] });
    const quote = quoteCart(cart({ promotions: [timed, promotion('ladder')] }));
    expect(quote.totalMinor).toBe(8_000);
    expect(reasonsOf(quote)).toEqual([['THRESHOLD_NOT_REACHED', 2_000]]);
  });

  test('takes the best rung that is reached', () => {
    const ladder = [rung(5_000, { amount: 300 }), rung(10_000, { amount: 800 }), rung(20_000, { amount: 2_000 })];
    const totalOf = (price: number) =>
      quoteCart(cart({ lines: [line('a', price)], promotions: [promotion('p', { ladder })] })).totalMinor;
    expect([4_999, 5_000, 9_999, 10_000, 20_000].map(totalOf)).toEqual([4_999, 4_700, 9_699, 9_200, 18_000]);
  });

  test('counts pieces over all eligible lines for a ladder by quantity', () => {
    const byQuantity = promotion('two', {
      kind: 'PERCENT_OFF_LADDER',
      ladder: [{ thresholdMinor: null, thresholdQuantity: 3, amountOffMinor: null, percentOff: '20' }],
      scope: { ...everything, categorySlugs: ['tea'] },
    });
    const lines = [
      line('a', 1_000, { quantity: 2, categorySlugs: ['food', 'tea'] }),
      line('b', 500, { categorySlugs: ['tea'] }),
      line('c', 900),
    ];
    const three = quoteCart(cart({ lines, promotions: [byQuantity] }));
    expect(three.lines.map((one) => one.totalMinor)).toEqual([1_600, 400, 900]);
    const two = quoteCart(cart({ lines: [lines[0] ?? line('a', 0), line('c', 900)], promotions: [byQuantity] }));
    expect(two.rejections).toMatchObject([{ code: 'THRESHOLD_NOT_REACHED', missingMinor: null, missingQuantity: 1 }]);
  });

  test('spreads a discount by what each line costs, to the minor unit', () => {
    const lines = [line('a', 3_333), line('b', 3_333), line('c', 3_334)];
    const quote = quoteCart(
      cart({ lines, promotions: [promotion('p', { ladder: [rung(10_000, { amount: 1_000 })] })] }),
    );
    expect(quote.lines.map((one) => one.totalMinor)).toEqual([3_000, 3_000, 3_000]);
    const odd = quoteCart(
      cart({ lines: [line('a', 1), line('b', 1), line('c', 1)], coupons: [coupon('c', { amountOffMinor: 2 })] }),
    );
    expect(odd.lines.map((one) => one.totalMinor)).toEqual([0, 0, 1]);
  });

  test('never takes more than the goods cost', () => {
    const quote = quoteCart(cart({ lines: [line('a', 300)], coupons: [coupon('five')] }));
    expect(quote).toMatchObject({ totalMinor: 0, discountMinor: 300, coupons: [{ amountMinor: 300 }] });
  });
});

describe('stacking', () => {
  const exclusive = { group: null, exclusive: true, priority: 0 };

  test('allows one ladder and one coupon by default, and more where the groups differ', () => {
    const two = [
      promotion('a', { ladder: [rung(null, { amount: 100 })] }),
      promotion('b', { ladder: [rung(null, { amount: 200 })] }),
    ];
    expect(quoteCart(cart({ promotions: two })).totalMinor).toBe(9_800);
    const inGroups = two.map((rule) => ({ ...rule, stacking: { ...rule.stacking, group: rule.id } }));
    expect(quoteCart(cart({ promotions: inGroups })).totalMinor).toBe(9_700);
    const coupons = [coupon('x'), coupon('y', { amountOffMinor: 600 })];
    const quote = quoteCart(cart({ coupons }));
    expect(quote.totalMinor).toBe(9_400);
    expect(quote.rejections).toMatchObject([{ code: 'EXCLUDED_BY_OTHER', couponId: 'x' }]);
  });

  test('applies an exclusive offer alone, and only when that is best', () => {
    const alone = (amount: number) => promotion('alone', { ladder: [rung(null, { amount })], stacking: exclusive });
    const rest = { promotions: [promotion('ladder')], coupons: [coupon('five')] };
    expect(quoteCart(cart({ ...rest, promotions: [...rest.promotions, alone(1_499)] })).totalMinor).toBe(8_500);
    const better = quoteCart(cart({ ...rest, promotions: [...rest.promotions, alone(1_501)] }));
    expect(better.totalMinor).toBe(8_499);
    expect(reasonsOf(better)).toEqual([
      ['EXCLUDED_BY_OTHER', null],
      ['EXCLUDED_BY_OTHER', null],
    ]);
  });
});

describe('an offer that takes nothing off is reported', () => {
  const promotions: [RejectionCode, Partial<PromotionRule>][] = [
    ['NOT_STARTED', { startsAt: new Date(noon.getTime() + 1) }],
    ['EXPIRED', { endsAt: noon }],
    ['NOT_IN_CHANNEL', { scope: { ...everything, channels: ['app'] } }],
    ['NOT_ELIGIBLE_ITEMS', { scope: { ...everything, skuIds: ['z'] } }],
    ['TIER_NOT_ELIGIBLE', { scope: { ...everything, tierLevels: [3] } }],
    ['CURRENCY_MISMATCH', { currency: 'USD' }],
    ['USED_UP', { usesLeft: 0 }],
    ['MEMBER_LIMIT_REACHED', { memberUsesLeft: 0 }],
    ['BUDGET_EXHAUSTED', { budgetLeftMinor: 999 }],
    ['BUDGET_EXHAUSTED', { budgetLeftMinor: 0 }],
  ];
  test.each(promotions)('as %s, for a promotion', (code, rule) => {
    const quote = quoteCart(cart({ promotions: [promotion('p', rule)] }));
    expect(quote.totalMinor).toBe(10_000);
    expect(quote.rejections).toMatchObject([{ code, promotionId: 'p', couponId: null }]);
  });

  const coupons: [RejectionCode, Partial<CouponRule>][] = [
    ['NOT_STARTED', { validFrom: new Date(noon.getTime() + 1) }],
    ['EXPIRED', { expiresAt: noon }],
    ['EXPIRED', { status: 'EXPIRED' }],
    ['ALREADY_USED', { status: 'USED' }],
    ['LOCKED_BY_ORDER', { status: 'LOCKED' }],
    ['WITHDRAWN', { status: 'VOID' }],
    ['USED_UP', { couponId: null, code: 'JUNE', claimsLeft: 0 }],
    ['MEMBER_LIMIT_REACHED', { couponId: null, code: 'JUNE', memberClaimsLeft: 0 }],
    ['THRESHOLD_NOT_REACHED', { thresholdMinor: 10_001 }],
    ['BUDGET_EXHAUSTED', { budgetLeftMinor: 499 }],
  ];
  test.each(coupons)('as %s, for a coupon', (code, rule) => {
    const quote = quoteCart(cart({ coupons: [coupon('c', rule)] }));
    expect(quote.totalMinor).toBe(10_000);
    expect(quote.rejections).toMatchObject([{ code, promotionId: null, couponCode: rule.code ?? null }]);
  });

  test('as SIGN_IN_REQUIRED, where a guest would need a name', () => {
    const limited = promotion('limited', { memberUsesLeft: 1 });
    const tier = promotion('tier', { scope: { ...everything, tierLevels: [1] } });
    const quote = quoteCart(
      cart({
        shopper: guest,
        promotions: [limited, tier],
        coupons: [coupon('c')],
        points: { requested: 100, balance: 0 },
      }),
    );
    expect(reasonsOf(quote)).toEqual(Array.from({ length: 4 }, () => ['SIGN_IN_REQUIRED', null]));
    expect(quote.points).toEqual({ spendable: 0, spent: 0, discountMinor: 0, earned: 0 });
  });

  test('except where there is nothing to take off: free shipping of a free parcel', () => {
    const parcel = promotion('parcel', { kind: 'FREE_SHIPPING', ladder: [] });
    expect(quoteCart(cart({ promotions: [parcel] })).rejections).toEqual([]);
  });
});
