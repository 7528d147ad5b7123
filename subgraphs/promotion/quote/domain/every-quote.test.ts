import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { must, same, whatBreaks } from '#kit/testing/properties.ts';
import { anyCart } from '../../testing/any-cart.ts';
import { priceByTrying } from '../../testing/price-by-trying.ts';
import { defaultGroup } from './offer.ts';
import { quoteCart, type Quote, type QuoteInput } from './quote.ts';
import type { PromotionRule } from './rule.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const pipeline = ['CHANNEL_PRICE', 'TIMED_PRICE', 'LADDER', 'COUPON', 'POINTS'];
const placeOf = (kind: string): number => pipeline.indexOf(kind.endsWith('_LADDER') ? 'LADDER' : kind);

function mustAddUp({ lines, freightMinor }: QuoteInput, quote: Quote): void {
  same('subtotal', quote.subtotalMinor, sum(lines.map((line) => line.unitPriceMinor * line.quantity)));
  same(
    'subtotal − discount + freight',
    quote.subtotalMinor - quote.discountMinor + quote.freightMinor,
    quote.totalMinor,
  );
  same('lines + freight', sum(quote.lines.map((line) => line.totalMinor)) + quote.freightMinor, quote.totalMinor);
  must(quote.discountMinor >= 0, 'a discount takes nothing on');
  must(quote.freightMinor >= 0 && quote.freightMinor <= freightMinor, 'freight only falls, and never below zero');
}

function mustExplainItself({ lines }: QuoteInput, quote: Quote): void {
  quote.lines.forEach(({ steps, totalMinor }, index) => {
    const [line, first] = [lines[index], steps[0]];
    same(
      'the first step',
      [first?.kind, first?.beforeMinor],
      ['CHANNEL_PRICE', (line?.unitPriceMinor ?? 0) * (line?.quantity ?? 0)],
    );
    let [owed, place] = [first?.beforeMinor ?? 0, 0];
    for (const step of steps) {
      same('each step begins where the last one ended', step.beforeMinor, owed);
      must(step.afterMinor >= 0 && step.afterMinor <= owed, 'a step takes off, and never more than is owed');
      must(placeOf(step.kind) >= place, 'the steps stand in the order of the pipeline');
      [owed, place] = [step.afterMinor, placeOf(step.kind)];
    }
    same('the last step', owed, totalMinor);
  });
}

/** Σ of what the lines' steps of an offer took off. */
const takenBy = (quote: Quote, is: (step: Quote['lines'][number]['steps'][number]) => boolean): number =>
  sum(quote.lines.flatMap(({ steps }) => steps.filter(is).map((step) => step.beforeMinor - step.afterMinor)));

function mustShareWholly(input: QuoteInput, quote: Quote): void {
  const kinds = new Map(input.promotions.map(({ id, kind }) => [id, kind]));
  for (const { promotionId, amountMinor } of quote.promotions) {
    const onFreight = kinds.get(promotionId) === 'FREE_SHIPPING' ? input.freightMinor - quote.freightMinor : 0;
    const onLines = takenBy(quote, (step) => step.promotionId === promotionId);
    same('the shares of a promotion', onLines + onFreight, amountMinor);
  }
  const byCoupons = takenBy(quote, ({ kind }) => kind === 'COUPON');
  same('the shares of coupons', byCoupons, sum(quote.coupons.map(({ amountMinor }) => amountMinor)));
  same(
    'the shares of points',
    takenBy(quote, ({ kind }) => kind === 'POINTS'),
    quote.points.discountMinor,
  );
}

function mustKeepTheCaps(input: QuoteInput, quote: Quote): void {
  const promotions = new Map(input.promotions.map((rule): [string, PromotionRule] => [rule.id, rule]));
  const used = [
    ...quote.promotions.map(({ promotionId, amountMinor }) => {
      const rule = promotions.get(promotionId);
      return { rule, amountMinor, group: rule && (rule.stacking.group ?? defaultGroup(rule.kind)) };
    }),
    ...quote.coupons.map(({ templateId, couponId, amountMinor }) => {
      const rule = input.coupons.find((one) => one.templateId === templateId && one.couponId === couponId);
      return { rule, amountMinor, group: rule && (rule.stacking.group ?? defaultGroup('COUPON')) };
    }),
  ];
  for (const { rule, amountMinor } of used) {
    must(rule !== undefined && amountMinor > 0, 'only what was presented applies, and takes something off');
    must(amountMinor <= (rule?.budgetLeftMinor ?? Infinity), 'no budget is overspent');
    must(rule?.stacking.exclusive !== true || used.length === 1, 'an exclusive offer applies alone');
    must(rule?.currency === input.currency, 'no offer of another currency applies');
  }
  const groups = used.flatMap(({ group }) => group ?? []);
  same('offers of one group', new Set(groups).size, groups.length);
}

/** Only points, and promotions that may, take a line below its floor; a price that began below it stays. */
function mustKeepTheFloors(input: QuoteInput, quote: Quote): void {
  const passing = new Set(input.promotions.filter(({ passesFloor }) => passesFloor).map(({ id }) => id));
  quote.lines.forEach(({ line, steps }) => {
    const floor = line.floorMinor * line.quantity;
    for (const { kind, promotionId, beforeMinor, afterMinor } of steps) {
      if (kind === 'POINTS' || passing.has(promotionId ?? '')) continue;
      must(afterMinor >= Math.min(beforeMinor, floor), 'no step takes a line below its floor');
    }
  });
}

function mustTakeFewPoints({ shopper, points: asked }: QuoteInput, { points, lines }: Quote): void {
  const paid = sum(lines.map((line) => line.totalMinor));
  const goods = paid + points.discountMinor;
  same('points in whole hundreds', points.spent % 100, 0);
  same('100 points are ¥1', points.discountMinor, points.spent);
  must(points.spent <= Math.min(points.spendable, asked.requested), 'no more points than were offered');
  must(
    points.spendable <= asked.balance && points.spendable * 2 <= goods,
    'at most half of the goods, and what there is',
  );
  must(goods === 0 || paid > 0, 'points never pay everything');
  same('points earned', points.earned, shopper.memberId === null ? 0 : Math.floor(paid / 100));
  must(shopper.memberId !== null || points.spendable === 0, 'a guest has no points');
}

/** Every offer applies or is turned away with a reason, never both; only what would take nothing off by itself is passed over in silence. */
function mustAnswerForEach(input: QuoteInput, quote: Quote): void {
  const nameOf = (one: { couponId: string | null; templateId: string }) => one.couponId ?? one.templateId;
  const applied = new Set([...quote.promotions.map((one) => one.promotionId), ...quote.coupons.map(nameOf)]);
  const rejected = new Set(quote.rejections.map((one) => one.promotionId ?? one.couponId ?? one.couponCode));
  for (const id of applied) must(!rejected.has(id), 'what applies is not turned away');
  for (const { code, missingMinor, missingQuantity } of quote.rejections) {
    const isShort = (missingMinor ?? 0) + (missingQuantity ?? 0) > 0;
    same('something is missing only from a threshold', isShort, code === 'THRESHOLD_NOT_REACHED');
  }
  const passedOver = ({ id }: PromotionRule) => !applied.has(id) && !rejected.has(id);
  for (const rule of input.promotions.filter(passedOver)) {
    const alone = { ...rule, budgetLeftMinor: null };
    same('offers', quoteCart({ ...input, promotions: [alone], coupons: [] }).promotions, []);
  }
}

/** The same offers, lines and freight as when every combination is tried by the plain rules. */
function mustBeTheLowest(input: QuoteInput, quote: Quote): void {
  const tried = priceByTrying(input);
  const used = [
    ...quote.promotions.map(({ promotionId, amountMinor }) => [promotionId, amountMinor]),
    ...quote.coupons.map(({ couponId, templateId, amountMinor }) => [couponId ?? templateId, amountMinor]),
  ];
  same('offers', used.map(String).toSorted(), tried.used.map(String).toSorted());
  const lines = quote.lines.map((line) => line.totalMinor);
  same('lines', lines, tried.lines);
  same('freight', quote.freightMinor, tried.freight);
}

test('in 100,000 carts the price adds up, explains itself, keeps every bound, and is the lowest that the rules allow', () => {
  let [looked, discounted, stacked, inPoints, atFloors] = [0, 0, 0, 0, 0];
  const property = fc.property(anyCart, (input) => {
    const quote = quoteCart(input);
    mustAddUp(input, quote);
    mustExplainItself(input, quote);
    mustShareWholly(input, quote);
    mustKeepTheCaps(input, quote);
    mustKeepTheFloors(input, quote);
    mustTakeFewPoints(input, quote);
    mustAnswerForEach(input, quote);
    mustBeTheLowest(input, quote);
    looked += 1;
    if (quote.discountMinor > 0) discounted += 1;
    if (quote.promotions.length + quote.coupons.length > 1) stacked += 1;
    if (quote.points.spent > 0) inPoints += 1;
    if (quote.rejections.some(({ code }) => code === 'PRICE_FLOOR')) atFloors += 1;
  });
  expect(whatBreaks(property, 100_000)).toBeNull();
  // The carts are worth the trouble: in a good part of them offers stack, and points are spent.
  expect(discounted / looked).toBeGreaterThan(0.6);
  expect(stacked / looked).toBeGreaterThan(0.2);
  expect(inPoints / looked).toBeGreaterThan(0.2);
  expect(atFloors / looked).toBeGreaterThan(0.02);
});
