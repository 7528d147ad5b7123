import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CartLine, Owed } from './cart.ts';
import {
  apply,
  bestCombination,
  fitsBeside,
  minus,
  searchLimit,
  type Application,
  type Combination,
} from './combination.ts';
import { coupon, everything, line, promotion, rung } from './examples.ts';
import { byPipelineOrder, couponOffer, promotionOffer, type Offer } from './offer.ts';
import type { CouponRule, PromotionRule } from './rule.ts';

/** Every legal combination, tried in the order that settles ties. */
function byBruteForce(offers: readonly Offer[], owed: Owed): Combination {
  let best: Combination = { applications: [], saved: 0, owed };
  const tryFrom = (index: number, chosen: Combination): void => {
    const offer = offers[index];
    if (!offer) {
      if (chosen.saved > best.saved) best = chosen;
      return;
    }
    const applied: Application | null = fitsBeside(offer, chosen.applications) ? apply(offer, chosen.owed) : null;
    if (applied) {
      tryFrom(index + 1, {
        applications: [...chosen.applications, applied],
        saved: chosen.saved + applied.saved,
        owed: minus(chosen.owed, applied.reduction),
      });
    }
    tryFrom(index + 1, chosen);
  };
  tryFrom(0, best);
  return best;
}

const namesOf = (combination: Combination) => combination.applications.map(({ offer }) => offer.id);

const skus = ['a', 'b', 'c', 'd'];
const amount = fc.integer({ min: 1, max: 20_000 });
const scope = fc.subarray(skus).map((skuIds) => ({ ...everything, skuIds }));
const stacking = fc.record({
  group: fc.constantFrom(null, null, 'x', 'y'),
  exclusive: fc.integer({ min: 0, max: 5 }).map((die) => die === 0),
  priority: fc.integer({ min: 0, max: 2 }),
});
const percent = fc.constantFrom('1', '5', '12.5', '33.3333', '50', '100');
const off = fc.oneof(
  amount.map((value) => ({ amount: value })),
  percent.map((value) => ({ percent: value })),
);
const threshold = fc.oneof(fc.constant(null), amount);
const budget = fc.oneof(fc.constant(null), fc.constant(null), amount);

const anyPromotion: fc.Arbitrary<Partial<PromotionRule>> = fc
  .record({
    kind: fc.constantFrom('AMOUNT_OFF_LADDER', 'PERCENT_OFF_LADDER', 'TIMED_PRICE', 'FREE_SHIPPING'),
    steps: fc.array(fc.tuple(threshold, off), { minLength: 1, maxLength: 3 }),
    quantity: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 6 })),
    scope,
    stacking,
    budgetLeftMinor: budget,
  })
  .map(({ steps, quantity, kind, ...rest }) => {
    const rungs = steps.map(([from, taken]) =>
      rung(kind === 'TIMED_PRICE' ? null : from, kind === 'FREE_SHIPPING' ? {} : taken),
    );
    const [first, ...more] = rungs.slice(0, kind === 'TIMED_PRICE' ? 1 : 3);
    const lowest = first && { ...first, thresholdQuantity: kind === 'TIMED_PRICE' ? null : quantity };
    return { ...rest, kind, ladder: lowest ? [lowest, ...more] : [] };
  });

const anyCoupon: fc.Arbitrary<Partial<CouponRule>> = fc
  .record({ thresholdMinor: threshold, taken: off, scope, stacking, budgetLeftMinor: budget })
  .map(({ taken, ...rest }) => ({
    ...rest,
    amountOffMinor: 'amount' in taken ? taken.amount : null,
    percentOff: 'percent' in taken ? taken.percent : null,
  }));

const anyCart: fc.Arbitrary<CartLine[]> = fc
  .array(fc.tuple(fc.constantFrom(...skus), amount, fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 5 })
  .map((entries) =>
    entries.map(([skuId, price, quantity], index) => line(skuId, price, { lineId: `l${index}`, quantity })),
  );

interface Shop {
  readonly offers: Offer[];
  readonly owed: Owed;
}

const anyShop: fc.Arbitrary<Shop> = fc
  .record({
    lines: anyCart,
    promotions: fc.array(anyPromotion, { maxLength: 6 }),
    coupons: fc.array(anyCoupon, { maxLength: 3 }),
    freight: fc.constantFrom(0, 800, 1_200),
  })
  .map(({ lines, promotions, coupons, freight }) => {
    const offers = [
      ...promotions.map((rule, index) => promotionOffer(promotion(`p${index}`, rule), lines)),
      ...coupons.map((rule, index) => couponOffer(coupon(`c${index}`, rule), lines)),
    ].sort(byPipelineOrder);
    return { offers, owed: { lines: lines.map((entry) => entry.unitPriceMinor * entry.quantity), freight } };
  });

describe('the best combination', () => {
  test('is the one that trying everything finds, ties included, in 3,000 random shops', () => {
    fc.assert(
      fc.property(anyShop, ({ offers, owed }) => {
        const fast = bestCombination(offers, owed);
        const slow = byBruteForce(offers, owed);
        expect(fast.saved).toBe(slow.saved);
        expect(namesOf(fast)).toEqual(namesOf(slow));
      }),
      { numRuns: 3_000, seed: 618 },
    );
  });

  test('never makes a line or the freight negative, and saves exactly what its parts take off', () => {
    fc.assert(
      fc.property(anyShop, ({ offers, owed }) => {
        const best = bestCombination(offers, owed);
        for (const left of [...best.owed.lines, best.owed.freight]) expect(left).toBeGreaterThanOrEqual(0);
        const total = (one: Owed) => one.lines.reduce((sum, share) => sum + share, one.freight);
        expect(total(owed) - total(best.owed)).toBe(best.saved);
        for (const { reduction, saved, offer } of best.applications) {
          expect(total(reduction)).toBe(saved);
          expect(saved).toBeLessThanOrEqual(offer.budgetLeftMinor ?? Infinity);
        }
      }),
      { numRuns: 1_000, seed: 11 },
    );
  });

  test('rests on a worth that never grows while amounts shrink', () => {
    const shrunk = anyShop.chain((shop) =>
      fc.tuple(
        fc.constant(shop),
        fc.tuple(...shop.owed.lines.map((owes) => fc.integer({ min: 0, max: owes }))),
        fc.integer({ min: 0, max: shop.owed.freight }),
      ),
    );
    fc.assert(
      fc.property(shrunk, ([{ offers, owed }, lines, freight]) => {
        for (const offer of offers) expect(offer.worth({ lines, freight })).toBeLessThanOrEqual(offer.worth(owed));
      }),
      { numRuns: 1_000, seed: 12 },
    );
  });

  test('leaves out a timed price that would cost the shopper a better ladder', () => {
    const lines = [line('a', 10_000)];
    const offers = [
      promotionOffer(promotion('timed', { kind: 'TIMED_PRICE', ladder: [rung(null, { amount: 100 })] }), lines),
      promotionOffer(promotion('ladder'), lines),
    ];
    expect(namesOf(bestCombination(offers, { lines: [10_000], freight: 0 }))).toEqual(['ladder']);
  });

  test('takes the higher priority, then the lower id, among equals of one group', () => {
    const lines = [line('a', 10_000)];
    const ladder = (id: string, priority: number) =>
      promotionOffer(promotion(id, { stacking: { group: null, exclusive: false, priority } }), lines);
    const namesOfBest = (offers: Offer[]) =>
      namesOf(bestCombination(offers.sort(byPipelineOrder), { lines: [10_000], freight: 0 }));
    expect(namesOfBest([ladder('b', 0), ladder('a', 0)])).toEqual(['a']);
    expect(namesOfBest([ladder('b', 1), ladder('a', 0)])).toEqual(['b']);
  });

  test('stays within its limit with 30 promotions on 50 lines', () => {
    const lines = Array.from({ length: 50 }, (_, index) => line(`s${index}`, 1_000 + index * 7));
    const offers = Array.from({ length: 30 }, (_, index) =>
      promotionOffer(
        promotion(`p${String(index).padStart(2, '0')}`, {
          kind: index % 3 === 0 ? 'TIMED_PRICE' : index % 3 === 1 ? 'PERCENT_OFF_LADDER' : 'AMOUNT_OFF_LADDER',
          ladder: [
            rung(
              index % 3 === 0 ? null : 20_000,
              index % 3 === 2 ? { amount: 900 + index } : { percent: String(3 + (index % 7)) },
            ),
          ],
          scope: { ...everything, skuIds: lines.slice(index, index + 20).map((entry) => entry.skuId) },
          stacking: { group: index % 3 === 0 ? null : `g${index % 6}`, exclusive: false, priority: index % 4 },
        }),
        lines,
      ),
    ).sort(byPipelineOrder);
    const owed = { lines: lines.map((entry) => entry.unitPriceMinor), freight: 0 };
    const limited = bestCombination(offers, owed);
    expect(limited.saved).toBe(bestCombination(offers, owed, searchLimit * 10).saved);
  });
});
