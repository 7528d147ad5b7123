import type { CartLine, Shopper } from './cart.ts';
import type { QuoteInput } from './quote.ts';
import type { CouponRule, LadderStep, OfferScope, PromotionRule } from './rule.ts';

/** Rules, lines and carts for tests: sensible in everything that the test doesn't speak of. */

export const noon = new Date('2026-06-18T04:00:00.000Z');

export const everything: OfferScope = {
  productIds: [],
  skuIds: [],
  categorySlugs: [],
  brandIds: [],
  channels: [],
  tierLevels: [],
};

export const member: Shopper = { memberId: 'mbr_1', tierLevel: 1, channel: 'web' };
export const guest: Shopper = { memberId: null, tierLevel: null, channel: 'web' };

/** A rung from an amount on, minor units. */
export function rung(thresholdMinor: number | null, off: { amount?: number; percent?: string }): LadderStep {
  return {
    thresholdMinor,
    thresholdQuantity: null,
    amountOffMinor: off.amount ?? null,
    percentOff: off.percent ?? null,
  };
}

/** A line of one unit of a SKU of its own, unless told otherwise. */
export function line(skuId: string, unitPriceMinor: number, more: Partial<CartLine> = {}): CartLine {
  return {
    lineId: `line-${skuId}`,
    skuId,
    productId: `product-of-${skuId}`,
    brandId: null,
    categorySlugs: [],
    quantity: 1,
    unitPriceMinor,
    floorMinor: 0,
    ...more,
  };
}

/** A promotion that runs at noon, for everybody and everything. */
export function promotion(id: string, more: Partial<PromotionRule> = {}): PromotionRule {
  return {
    id,
    kind: 'AMOUNT_OFF_LADDER',
    title: { zh: `活动${id}`, en: `Promotion ${id}` },
    startsAt: new Date('2026-06-01T00:00:00.000Z'),
    endsAt: new Date('2026-07-01T00:00:00.000Z'),
    scope: everything,
    ladder: [rung(10_000, { amount: 1_000 })],
    stacking: { group: null, exclusive: false, priority: 0 },
    currency: 'CNY',
    budgetLeftMinor: null,
    usesLeft: null,
    passesFloor: false,
    memberUsesLeft: null,
    ...more,
  };
}

/** A claimed coupon of the member: ¥5 off anything. */
export function coupon(id: string, more: Partial<CouponRule> = {}): CouponRule {
  return {
    templateId: `template-of-${id}`,
    couponId: id,
    code: null,
    title: { zh: `优惠券${id}`, en: `Coupon ${id}` },
    status: 'CLAIMED',
    validFrom: new Date('2026-06-01T00:00:00.000Z'),
    expiresAt: new Date('2026-07-01T00:00:00.000Z'),
    scope: everything,
    thresholdMinor: null,
    amountOffMinor: 500,
    percentOff: null,
    stacking: { group: null, exclusive: false, priority: 0 },
    currency: 'CNY',
    budgetLeftMinor: null,
    claimsLeft: null,
    memberClaimsLeft: null,
    ...more,
  };
}

/** A member's cart at noon with one line of ¥100. */
export function cart(more: Partial<QuoteInput> = {}): QuoteInput {
  return {
    currency: 'CNY',
    shopper: member,
    lines: [line('a', 10_000)],
    promotions: [],
    coupons: [],
    points: { requested: 0, balance: 0 },
    freightMinor: 0,
    at: noon,
    ...more,
  };
}
