import { describe, expect, test } from '@jest/globals';
import { cart, coupon, line, promotion } from './examples.ts';
import { quoteCart } from './quote.ts';
import { nothingFound, rejectionCodes } from './rejection.ts';
import { rejectionReason, stepLabel } from './wording.ts';

describe('what a shopper reads', () => {
  test('about a threshold names the offer and what is missing, in both languages', () => {
    const [rejection] = quoteCart(cart({ lines: [line('a', 8_800)], promotions: [promotion('p')] })).rejections;
    if (!rejection) throw new Error('nothing was rejected');
    expect(rejectionReason(rejection, 'CNY', 'en')).toBe('Promotion p: Add 12.00 CNY more.');
    expect(rejectionReason(rejection, 'CNY', 'zh-CN')).toBe('活动p：再买 12.00 CNY 可用。');
  });

  test('about an unknown code names the code', () => {
    expect(rejectionReason(nothingFound({ couponCode: 'NOPE' }), 'CNY', 'en')).toBe('NOPE: There is no such coupon.');
  });

  test('exists for every reason and every kind of step', () => {
    for (const code of rejectionCodes) {
      const rejection = { ...nothingFound({}), code, missingMinor: 1, missingQuantity: 2 };
      for (const locale of ['zh-CN', 'en'] as const) expect(rejectionReason(rejection, 'CNY', locale)).not.toBe('');
    }
    const { lines } = quoteCart(
      cart({ promotions: [promotion('p')], coupons: [coupon('c')], points: { requested: 100, balance: 100 } }),
    );
    expect(lines[0]?.steps.map((step) => stepLabel(step, 'en'))).toEqual([
      'Price',
      'Promotion p',
      'Coupon c',
      'Points',
    ]);
    expect(lines[0]?.steps.map((step) => stepLabel(step, 'zh-CN'))).toEqual([
      '商品价格',
      '活动p',
      '优惠券c',
      '积分抵扣',
    ]);
  });
});
