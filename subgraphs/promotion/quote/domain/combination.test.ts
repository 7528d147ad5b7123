import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { must, whatBreaks } from '#kit/testing/properties.ts';
import { anyCart } from '../../testing/any-cart.ts';
import { bestCombination, searchLimit, type Combination } from './combination.ts';
import { everything, line, promotion, rung } from './examples.ts';
import { byPipelineOrder, couponOffer, promotionOffer, type Offer } from './offer.ts';

const namesOf = (combination: Combination) => combination.applications.map(({ offer }) => offer.id);

describe('the best combination', () => {
  test('rests on a worth that never grows while amounts shrink', () => {
    const shares = fc.array(fc.nat(100), { minLength: 13, maxLength: 13 });
    const property = fc.property(anyCart, shares, ({ lines, promotions, coupons, freightMinor }, left) => {
      const offers = [
        ...promotions.map((rule) => promotionOffer(rule, lines)),
        ...coupons.map((rule) => couponOffer(rule, lines)),
      ];
      const part = (amount: number, index: number) => Math.floor((amount * (left[index] ?? 0)) / 100);
      const owed = lines.map((line) => line.unitPriceMinor * line.quantity);
      const shrunk = { lines: owed.map(part), freight: part(freightMinor, 12) };
      for (const offer of offers) {
        must(
          offer.worth(shrunk) <= offer.worth({ lines: owed, freight: freightMinor }),
          `${offer.id} is worth no more`,
        );
      }
    });
    expect(whatBreaks(property, 5_000)).toBeNull();
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
