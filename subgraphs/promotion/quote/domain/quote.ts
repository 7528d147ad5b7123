import { allocate } from '#kit/money/allocate.ts';
import { goodsOf, type CartLine, type Owed, type Shopper } from './cart.ts';
import { bestCombination, minus, type Application, type Combination } from './combination.ts';
import { couponRejection, promotionRejection } from './eligibility.ts';
import { byPipelineOrder, couponOffer, promotionOffer, type Offer } from './offer.ts';
import { pointsEarned, tenderPoints, type PointsTender } from './points.ts';
import { rejectionOf, unusedOfferRejection } from './explain-rejection.ts';
import type { Rejection } from './rejection.ts';
import type { BuiltKind, CouponRule, PromotionRule, Title } from './rule.ts';

/** Everything a price depends on. Amounts in minor units of `currency`. */
export interface QuoteInput {
  readonly currency: string;
  readonly shopper: Shopper;
  readonly lines: readonly CartLine[];
  readonly promotions: readonly PromotionRule[];
  readonly coupons: readonly CouponRule[];
  readonly points: { readonly requested: number; readonly balance: number };
  /** Freight before free-shipping promotions. */
  readonly freightMinor: number;
  /** The moment for which the price holds. */
  readonly at: Date;
}

/** One step of the price pipeline on one line. */
export interface QuoteStep {
  readonly kind: 'CHANNEL_PRICE' | Exclude<BuiltKind, 'FREE_SHIPPING'> | 'COUPON' | 'POINTS';
  /** The offer's own name; null for steps that are named by their kind. */
  readonly title: Title | null;
  readonly promotionId: string | null;
  readonly beforeMinor: number;
  readonly afterMinor: number;
}

/** A line with its price and how it came about. */
export interface QuotedLine {
  readonly line: CartLine;
  readonly totalMinor: number;
  readonly steps: readonly QuoteStep[];
}

/** A price with its explanation. subtotal − discount + freight = total, and Σ line totals + freight = total. */
export interface Quote {
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly freightMinor: number;
  readonly totalMinor: number;
  readonly lines: readonly QuotedLine[];
  readonly rejections: readonly Rejection[];
  readonly promotions: readonly { readonly promotionId: string; readonly amountMinor: number }[];
  readonly coupons: readonly {
    readonly templateId: string;
    readonly couponId: string | null;
    readonly amountMinor: number;
  }[];
  readonly points: PointsTender & { readonly earned: number };
}

/**
 * The price of a cart for one shopper at one moment, by the pipeline of the domain rules: channel price → timed price → ladders → coupons → points as
 * tender → freight → points earned. Pure: the same input always gives the same quote. Flash sales don't come here: their tickets are their prices.
 */
export function quoteCart(input: QuoteInput): Quote {
  const channelPrice = input.lines.map((line) => line.unitPriceMinor * line.quantity);
  const start: Owed = { lines: channelPrice, freight: input.freightMinor };

  const { offers, rejections } = presentedOffers(input);
  const best = bestCombination(offers, start);
  const tender = pointsOf(input, goodsOf(best.owed));
  const pointShares = allocate(tender.discountMinor, best.owed.lines, best.owed.lines);
  const owed = minus(best.owed, { lines: pointShares, freight: 0 });

  const subtotalMinor = channelPrice.reduce((sum, amount) => sum + amount, 0);
  const goodsMinor = goodsOf(owed);
  return {
    subtotalMinor,
    discountMinor: subtotalMinor - goodsMinor,
    freightMinor: owed.freight,
    totalMinor: goodsMinor + owed.freight,
    lines: input.lines.map((line, index) => ({
      line,
      totalMinor: owed.lines[index] ?? 0,
      steps: [
        openingStep(channelPrice[index] ?? 0),
        ...offerSteps(best, index),
        ...pointsSteps(best.owed.lines[index] ?? 0, pointShares[index] ?? 0),
      ],
    })),
    rejections: [...rejections, ...unusedRejections(offers, best, start), ...pointsRejections(input, tender)],
    ...benefitsOf(best),
    points: { ...tender, earned: input.shopper.memberId === null ? 0 : pointsEarned(goodsMinor, input.currency) },
  };
}

/** Promotions and coupons that the shopper may use, bound to their lines; the others with the reason why not. */
function presentedOffers(input: QuoteInput): { offers: Offer[]; rejections: Rejection[] } {
  const offers: Offer[] = [];
  const rejections: Rejection[] = [];
  const present = (offer: Offer, unfit: Rejection['code'] | null) => {
    const reason = unfit ?? (offer.lines.length === 0 ? 'NOT_ELIGIBLE_ITEMS' : null);
    if (reason) rejections.push(rejectionOf(offer, reason));
    else offers.push(offer);
  };
  for (const rule of input.promotions) {
    present(promotionOffer(rule, input.lines), promotionRejection(rule, input.shopper, input.currency, input.at));
  }
  for (const rule of input.coupons) {
    present(couponOffer(rule, input.lines), couponRejection(rule, input.shopper, input.currency, input.at));
  }
  return { offers: offers.sort(byPipelineOrder), rejections };
}

function pointsOf(input: QuoteInput, goodsMinor: number): PointsTender {
  const balance = input.shopper.memberId === null ? 0 : input.points.balance;
  return tenderPoints(goodsMinor, input.currency, { requested: input.points.requested, balance });
}

function openingStep(channelMinor: number): QuoteStep {
  return {
    kind: 'CHANNEL_PRICE',
    title: null,
    promotionId: null,
    beforeMinor: channelMinor,
    afterMinor: channelMinor,
  };
}

function offerSteps(best: Combination, index: number): QuoteStep[] {
  return best.applications.flatMap((application) => {
    const beforeMinor = application.before.lines[index] ?? 0;
    const share = application.reduction.lines[index] ?? 0;
    return share === 0 ? [] : [{ ...stepNameOf(application), beforeMinor, afterMinor: beforeMinor - share }];
  });
}

function stepNameOf({ offer: { source } }: Application): Pick<QuoteStep, 'kind' | 'title' | 'promotionId'> {
  if ('coupon' in source) return { kind: 'COUPON', title: source.coupon.title, promotionId: null };
  const { kind, title, id } = source.promotion;
  if (kind === 'FREE_SHIPPING') throw new Error('free shipping takes nothing off a line');
  return { kind, title, promotionId: id };
}

function pointsSteps(beforeMinor: number, share: number): QuoteStep[] {
  if (share === 0) return [];
  return [{ kind: 'POINTS', title: null, promotionId: null, beforeMinor, afterMinor: beforeMinor - share }];
}

/** Usable offers that the best combination leaves out. */
function unusedRejections(offers: readonly Offer[], best: Combination, start: Owed): Rejection[] {
  return offers.flatMap((offer) => {
    if (best.applications.some((application) => application.offer === offer)) return [];
    return unusedOfferRejection(offer, best, start) ?? [];
  });
}

function pointsRejections(input: QuoteInput, tender: PointsTender): Rejection[] {
  if (input.points.requested <= tender.spent) return [];
  const nameless = {
    promotionId: null,
    couponId: null,
    couponCode: null,
    title: null,
    missingMinor: null,
    missingQuantity: null,
  };
  return [{ code: input.shopper.memberId === null ? 'SIGN_IN_REQUIRED' : 'POINTS_LIMITED', ...nameless }];
}

function benefitsOf(best: Combination): Pick<Quote, 'promotions' | 'coupons'> {
  const promotions: { promotionId: string; amountMinor: number }[] = [];
  const coupons: { templateId: string; couponId: string | null; amountMinor: number }[] = [];
  for (const { offer, saved } of best.applications) {
    if ('promotion' in offer.source) promotions.push({ promotionId: offer.source.promotion.id, amountMinor: saved });
    else {
      const { templateId, couponId } = offer.source.coupon;
      coupons.push({ templateId, couponId, amountMinor: saved });
    }
  }
  return { promotions, coupons };
}
