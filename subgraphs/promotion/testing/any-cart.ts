import fc from 'fast-check';
import type { CartLine } from '../quote/domain/cart.ts';
import { cart, coupon, everything, guest, line, member, noon, promotion } from '../quote/domain/examples.ts';
import type { QuoteInput } from '../quote/domain/quote.ts';
import { builtKinds, type CouponRule, type LadderStep, type PromotionRule } from '../quote/domain/rule.ts';

/** Carts as shoppers fill them and offers as shops make them, for properties: what may be wrong with an offer is wrong with some of them. */

const often = <T>(usual: T, ...seldom: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...seldom) });

const unitPrice = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 999 }).map((yuan) => yuan * 100 - 10) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 50_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 1_299_900) },
);
const shelves = [['food', 'tea'], ['food', 'snacks'], ['home', 'cups'], ['home']] as const;

const anyLine = fc.record({
  unitPriceMinor: unitPrice,
  quantity: often(1, 2, 3, 9, 99),
  categorySlugs: fc.constantFrom(...shelves),
  brandId: fc.constantFrom(null, 'brand-a', 'brand-b'),
  /** Percent of its price that a piece must keep; above 100 for goods that are sold below cost. */
  keeps: often(0, 0, 50, 80, 100, 120),
});

const scope = fc
  .record({
    items: fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 2, arbitrary: fc.constantFrom('food', 'tea', 'home').map((slug) => ({ categorySlugs: [slug] })) },
      { weight: 2, arbitrary: fc.subarray(['s0', 's1', 's2', 's3', 's5']).map((skuIds) => ({ skuIds })) },
      { weight: 1, arbitrary: fc.constant({ brandIds: ['brand-a'] }) },
    ),
    channels: often<readonly string[]>([], ['web', 'app'], ['app']),
    tierLevels: often<readonly number[]>([], [1, 2], [3]),
  })
  .map(({ items, ...rest }) => ({ ...everything, ...items, ...rest }));

const stacking = fc.record({
  group: fc.constantFrom(null, null, 'x', 'y'),
  exclusive: often(false, false, true),
  priority: fc.nat(2),
});
const amount = fc.integer({ min: 1, max: 40_000 });
const off: fc.Arbitrary<Pick<LadderStep, 'amountOffMinor' | 'percentOff'>> = fc.oneof(
  amount.map((amountOffMinor) => ({ amountOffMinor, percentOff: null })),
  fc
    .constantFrom('0.01', '5', '12.5', '33.3333', '50', '99.99', '100')
    .map((percentOff) => ({ amountOffMinor: null, percentOff })),
);
const threshold = fc.option(amount);
const budgetLeftMinor = often<number | null>(null, 0, 500, 5_000);
const currency = often('CNY', 'CNY', 'USD');
const tomorrow = new Date(noon.getTime() + 86_400_000);
const yesterday = new Date(noon.getTime() - 86_400_000);

const anyPromotion: fc.Arbitrary<Partial<PromotionRule>> = fc
  .record({
    kind: fc.constantFrom(...builtKinds),
    rungs: fc.array(fc.tuple(threshold, often<number | null>(null, 2, 6), off), { minLength: 1, maxLength: 3 }),
    endsAt: often(tomorrow, tomorrow, noon),
    usesLeft: often<number | null>(null, 7, 0),
    memberUsesLeft: often<number | null>(null, 1, 0),
    passesFloor: often(false, true),
    ...{ scope, stacking, budgetLeftMinor, currency },
  })
  .map(({ rungs, ...rule }) => ({ ...rule, ladder: ladderOf(rule.kind, rungs) }));

function ladderOf(
  kind: PromotionRule['kind'],
  rungs: readonly [number | null, number | null, Pick<LadderStep, 'amountOffMinor' | 'percentOff'>][],
): LadderStep[] {
  const steps = rungs.map(([thresholdMinor, thresholdQuantity, taken]) => ({
    ...{ thresholdMinor, thresholdQuantity },
    ...taken,
  }));
  if (kind === 'FREE_SHIPPING') return steps.map((step) => ({ ...step, amountOffMinor: null, percentOff: null }));
  if (kind !== 'TIMED_PRICE') return steps;
  return steps.slice(0, 1).map((step) => ({ ...step, thresholdMinor: null, thresholdQuantity: null }));
}

const anyCoupon: fc.Arbitrary<Partial<CouponRule>> = fc
  .record({
    thresholdMinor: threshold,
    off,
    status: often<CouponRule['status']>('CLAIMED', 'LOCKED', 'USED', 'VOID'),
    validFrom: often(yesterday, yesterday, tomorrow),
    claimed: often(true, true, false),
    claimsLeft: fc.constantFrom(null, 0, 3),
    ...{ scope, stacking, budgetLeftMinor, currency },
  })
  .map(({ off: taken, claimed, ...rule }) => ({
    ...{ ...rule, ...taken },
    ...(claimed ? {} : { couponId: null, code: 'JUNE', status: 'CLAIMED' as const }),
  }));

/** A cart of 1 to 12 lines with up to six promotions, three coupons, points and freight. */
export const anyCart: fc.Arbitrary<QuoteInput> = fc
  .record({
    lines: fc.array(anyLine, { minLength: 1, maxLength: 12 }),
    promotions: fc.array(anyPromotion, { maxLength: 6 }),
    coupons: fc.array(anyCoupon, { maxLength: 3 }),
    points: fc.record({ requested: fc.nat(30_000), balance: fc.nat(30_000) }),
    freightMinor: fc.constantFrom(0, 800, 1_200, 3_333),
    shopper: often(member, { ...member, tierLevel: 2 }, guest),
  })
  .map(({ lines, promotions, coupons, ...rest }) =>
    cart({
      ...rest,
      lines: lines.map(({ keeps, ...one }, index): CartLine => {
        const floorMinor = Math.ceil((one.unitPriceMinor * keeps) / 100);
        return line(`s${index}`, one.unitPriceMinor, { ...one, floorMinor });
      }),
      promotions: promotions.map((rule, index) => promotion(`p${index}`, rule)),
      coupons: coupons.map((rule, index) => coupon(`c${index}`, rule)),
    }),
  );
