import { allocate } from '#kit/money/allocate.ts';
import { couponRejection, promotionRejection } from '../quote/domain/eligibility.ts';
import type { QuoteInput } from '../quote/domain/quote.ts';
import type { CouponRule, LadderStep, PromotionRule } from '../quote/domain/rule.ts';
import { coversLine } from '../quote/domain/scope.ts';

/** What is owed, minor units. */
interface Owed {
  readonly lines: readonly number[];
  readonly freight: number;
}

/** An offer as the rules speak of it. */
interface Wish {
  readonly id: string;
  readonly stage: number;
  readonly priority: number;
  readonly group: string | null;
  readonly exclusive: boolean;
  readonly budget: number | null;
  take(owed: Owed): Owed;
}

/** The price of a cart and the offers behind it, each with what it took off, minor units. */
export interface Tried extends Owed {
  readonly used: readonly (readonly [id: string, amount: number])[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/**
 * A second opinion about a cart's price, for tests: the rules of the price pipeline written down again as plainly as can be, and every legal combination of offers
 * tried. Which offers this shopper may use at all is not asked again. Takes 2^n steps for n offers. CNY only.
 */
export function priceByTrying(input: QuoteInput): Tried {
  const { shopper, currency, at, lines: cart } = input;
  const floors = cart.map((line) => line.floorMinor * line.quantity);
  const wishes = [
    ...input.promotions.filter((rule) => !promotionRejection(rule, shopper, currency, at)).map(promotionWish),
    ...input.coupons.filter((rule) => !couponRejection(rule, shopper, currency, at)).map(couponWish),
  ].sort((a, b) => a.stage - b.stage || b.priority - a.priority || (a.id < b.id ? -1 : 1));
  const start = { lines: cart.map((line) => line.unitPriceMinor * line.quantity), freight: input.freightMinor };
  let best: Tried = { ...start, used: [] };
  let most = 0;
  const tryFrom = (index: number, owed: Owed, chosen: readonly (readonly [Wish, number])[], saved: number): void => {
    const wish = wishes[index];
    if (wish === undefined) {
      if (saved > most) [best, most] = [{ ...owed, used: chosen.map(([{ id }, amount]) => [id, amount]) }, saved];
      return;
    }
    const fits = chosen.every(
      ([other]) => !wish.exclusive && !other.exclusive && (wish.group === null || wish.group !== other.group),
    );
    const left = wish.take(owed);
    const taken = sum(owed.lines) + owed.freight - sum(left.lines) - left.freight;
    if (fits && taken > 0 && taken <= (wish.budget ?? Infinity))
      tryFrom(index + 1, left, [...chosen, [wish, taken]], saved + taken);
    tryFrom(index + 1, owed, chosen, saved);
  };
  tryFrom(0, start, [], 0);
  return paidInPoints(best, shopper.memberId === null ? 0 : Math.min(input.points.requested, input.points.balance));

  function covered(rule: PromotionRule | CouponRule): boolean[] {
    return cart.map((line) => coversLine(rule.scope, line));
  }

  function promotionWish(rule: PromotionRule): Wish {
    const mine = covered(rule);
    const least = rule.passesFloor ? cart.map(() => 0) : floors;
    const pieces = sum(cart.map((line, index) => (mine[index] ? line.quantity : 0)));
    const common = { id: rule.id, budget: rule.budgetLeftMinor, ...rule.stacking };
    if (rule.kind === 'TIMED_PRICE') {
      const prices = cart.map((line, index) => {
        const step = rule.ladder[0];
        return mine[index] && step
          ? (line.unitPriceMinor - offBy(step, line.unitPriceMinor)) * line.quantity
          : Infinity;
      });
      const take = ({ lines, freight }: Owed) => ({
        lines: lines.map((amount, index) => Math.min(amount, Math.max(prices[index] ?? Infinity, least[index] ?? 0))),
        freight,
      });
      return { ...common, stage: 0, take };
    }
    if (rule.kind === 'FREE_SHIPPING') {
      const take = (owed: Owed) => {
        const free = mine.includes(true) && rule.ladder.some((step) => reached(step, mineOf(owed, mine), pieces));
        return free ? { ...owed, freight: 0 } : owed;
      };
      return { ...common, group: rule.stacking.group ?? 'shipping', stage: 3, take };
    }
    const group = rule.stacking.group ?? 'ladder';
    return { ...common, group, stage: 1, take: (owed) => byLadder(rule.ladder, owed, { mine, pieces, least }) };
  }

  function couponWish(rule: CouponRule): Wish {
    const mine = covered(rule);
    const { couponId, templateId, budgetLeftMinor: budget, stacking } = rule;
    const step = { ...rule, thresholdQuantity: null };
    const take = (owed: Owed) => byLadder([step], owed, { mine, pieces: 0, least: floors });
    return { id: couponId ?? templateId, budget, ...stacking, group: stacking.group ?? 'coupon', stage: 2, take };
  }
}

const mineOf = (owed: Owed, mine: readonly boolean[]): number =>
  sum(owed.lines.map((amount, index) => (mine[index] ? amount : 0)));

const reached = (step: LadderStep, amount: number, pieces: number): boolean =>
  (step.thresholdMinor === null || amount >= step.thresholdMinor) &&
  (step.thresholdQuantity === null || pieces >= step.thresholdQuantity);

/** What a rung takes off, a percentage rounded half up. */
function offBy({ amountOffMinor, percentOff }: LadderStep, amount: number): number {
  if (percentOff === null) return Math.min(amount, amountOffMinor ?? 0);
  const [whole = '', fraction = ''] = percentOff.split('.');
  const scale = 100n * 10n ** BigInt(fraction.length);
  const exact = BigInt(amount) * BigInt(whole + fraction);
  return Number(exact / scale) + ((exact % scale) * 2n >= scale ? 1 : 0);
}

/** Lines that an offer is for, their pieces, and what must be left of every line of the cart. */
interface Covered {
  readonly mine: readonly boolean[];
  readonly pieces: number;
  readonly least: readonly number[];
}

function byLadder(steps: readonly LadderStep[], owed: Owed, { mine, pieces, least }: Covered): Owed {
  const amount = mineOf(owed, mine);
  const most = Math.max(0, ...steps.filter((step) => reached(step, amount, pieces)).map((step) => offBy(step, amount)));
  const weights = owed.lines.map((line, index) => (mine[index] ? line : 0));
  const rooms = weights.map((line, index) => Math.max(0, line - (least[index] ?? 0)));
  const off = Math.min(most, sum(rooms));
  const shares = off === 0 ? weights.map(() => 0) : allocate(off, weights, rooms);
  return { ...owed, lines: owed.lines.map((line, index) => line - (shares[index] ?? 0)) };
}

/** 100 points pay ¥1, in whole hundreds, for at most half of the goods. */
function paidInPoints(tried: Tried, points: number): Tried {
  const off = Math.floor(Math.min(points, sum(tried.lines) / 2) / 100) * 100;
  const shares = off === 0 ? tried.lines.map(() => 0) : allocate(off, tried.lines);
  return { ...tried, lines: tried.lines.map((line, index) => line - (shares[index] ?? 0)) };
}
