import { flashSaleStatus, isHeldIn, type FlashSaleItem } from '../../flash-sale/domain/flash-sale.ts';
import type { CartLine, Shopper } from '../../quote/domain/cart.ts';
import { quoteCart } from '../../quote/domain/quote.ts';
import type { LadderStep, PromotionRule } from '../../quote/domain/rule.ts';
import { coversLine } from '../../quote/domain/scope.ts';

/** A price of one unit below its channel price, minor units, and what makes it so: a promotion or a flash sale. */
export interface BestOffer {
  readonly priceMinor: number;
  readonly currency: string;
  readonly endsAt: Date;
  readonly promotionId: string | null;
  readonly flashSaleId: string | null;
}

/** What the best offer of a SKU depends on. */
export interface OfferQuestion {
  /** One unit of the SKU at its channel price. */
  readonly unit: CartLine;
  readonly currency: string;
  readonly shopper: Shopper;
  /** Prepared by `rulesForOneUnit`. */
  readonly promotions: readonly PromotionRule[];
  /** Flash-sale items of this SKU. */
  readonly flashItems: readonly FlashSaleItem[];
  readonly at: Date;
}

/**
 * The best price of a single unit without coupons and points: by promotions that ask for no threshold, combined as a quote would, or in an open flash
 * sale with units left. Null when nothing is below the channel price. At the same price the promotion wins, because it needs no ticket.
 */
export function bestOffer(question: OfferQuestion): BestOffer | null {
  return betterOffer(offerByPromotions(question), offerByFlashSale(question));
}

/** The better one of both ways to a lower price. */
export function betterOffer(promoted: BestOffer | null, flashed: BestOffer | null): BestOffer | null {
  if (!promoted || !flashed) return promoted ?? flashed;
  return flashed.priceMinor < promoted.priceMinor ? flashed : promoted;
}

/** The best price by promotions alone. Without limits by member it is the same for all shoppers of a channel and a tier, as long as the same promotions run. */
export function offerByPromotions(question: Omit<OfferQuestion, 'flashItems'>): BestOffer | null {
  const { unit, currency, shopper, promotions, at } = question;
  const rules = promotions.filter((rule) => coversLine(rule.scope, unit));
  if (rules.length === 0) return null;
  const quote = quoteCart({
    currency,
    shopper,
    lines: [{ ...unit, quantity: 1 }],
    promotions: rules,
    coupons: [],
    points: { requested: 0, balance: 0 },
    freightMinor: 0,
    at,
  });
  const [strongest] = quote.promotions.toSorted((a, b) => b.amountMinor - a.amountMinor);
  if (!strongest) return null;
  const applied = new Set(quote.promotions.map((benefit) => benefit.promotionId));
  const ends = rules.filter((rule) => applied.has(rule.id)).map((rule) => rule.endsAt.getTime());
  return {
    priceMinor: quote.totalMinor,
    currency,
    endsAt: new Date(Math.min(...ends)),
    promotionId: strongest.promotionId,
    flashSaleId: null,
  };
}

/** What remains of promotions for somebody who buys one unit: those that ask for no threshold, and don't concern freight. */
export function rulesForOneUnit(promotions: readonly PromotionRule[]): PromotionRule[] {
  return promotions.map(withoutThresholds).filter((rule) => rule.kind !== 'FREE_SHIPPING' && rule.ladder.length > 0);
}

function withoutThresholds(rule: PromotionRule): PromotionRule {
  const isFree = (step: LadderStep) => step.thresholdMinor === null && (step.thresholdQuantity ?? 1) <= 1;
  return { ...rule, ladder: rule.ladder.filter(isFree) };
}

/** The best price in flash sales alone. */
export function offerByFlashSale(question: Omit<OfferQuestion, 'promotions'>): BestOffer | null {
  const { unit, currency, shopper, flashItems, at } = question;
  const [cheapest] = flashItems
    .filter((item) => flashSaleStatus(item, at) === 'OPEN' && item.remaining > 0 && isHeldIn(item, shopper.channel))
    .filter((item) => item.currency === currency && item.priceMinor < unit.unitPriceMinor)
    .toSorted((a, b) => a.priceMinor - b.priceMinor);
  if (!cheapest) return null;
  const { priceMinor, endsAt, flashSaleId } = cheapest;
  return { priceMinor, currency, endsAt, promotionId: null, flashSaleId };
}
