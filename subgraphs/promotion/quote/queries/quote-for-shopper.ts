import type { QuoteFacts, ReceivedQuoteRequest } from '#kit/neighbours/promotion.ts';
import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { couponRule, unclaimedRule, type Coupon } from '../../coupon/domain/coupon.ts';
import { codeOf } from '../../coupon/domain/coupon-template.ts';
import type { CouponTemplateStore } from '../../coupon/store/coupon-templates.ts';
import type { CouponStore } from '../../coupon/store/coupons.ts';
import type { BenefitLockStore } from '../../benefits/store/benefit-locks.ts';
import { ruleOf, type Promotion } from '../../promotion/domain/promotion.ts';
import type { OfferCache } from '../../offer/memory/offer-cache.ts';
import { runningPromotions } from '../../promotion/queries/running-promotions.ts';
import type { PromotionStore } from '../../promotion/store/promotions.ts';
import type { Shopper } from '../domain/cart.ts';
import { quoteCart, type Quote } from '../domain/quote.ts';
import { freedCoupon, freedPromotion, type OwnHolds } from '../domain/own-holds.ts';
import { nothingFound, type Rejection } from '../domain/rejection.ts';
import type { CouponRule, PromotionRule } from '../domain/rule.ts';
import { shopperRejection } from '../domain/scope.ts';
import { rejectionReason, stepLabel } from '../domain/wording.ts';

export interface QuoteStores {
  readonly promotions: PromotionStore;
  readonly templates: CouponTemplateStore;
  readonly coupons: CouponStore;
  readonly locks: Pick<BenefitLockStore, 'byOrder'>;
  /** What shoppers are shown. */
  readonly offers: Pick<OfferCache, 'runningPromotions'>;
}

/** The price of some lines for one shopper at one moment, in the viewer's language. Reads what could apply, asks the engine, writes nothing. */
export async function quoteForShopper(
  stores: QuoteStores,
  request: ReceivedQuoteRequest,
  { at, locale }: { at: Date; locale: Viewer['locale'] },
): Promise<QuoteFacts> {
  const shown = request.forDisplay === true ? stores.offers : null;
  const { currency, memberId, tierLevel, channel, lines, points, freightMinor } = request;
  const holds = await ownHolds(stores, request);
  const shopper = { memberId, tierLevel, channel };
  const [running, presented] = await Promise.all([
    whenKnown(runningPromotions(stores.promotions, shown, at), (found) => rulesFor(stores.promotions, found, shopper)),
    presentedCoupons(stores, request, holds, at),
  ]);
  const promotions = running.map((rule) => freedPromotion(rule, holds));
  const quote = quoteCart({
    currency,
    shopper,
    lines,
    promotions,
    coupons: presented.rules,
    points,
    freightMinor,
    at,
  });
  return factsOf(quote, presented.unknown, { currency, locale });
}

/** What the shopper's own order holds, if it is one that is priced anew. */
async function ownHolds({ locks }: QuoteStores, { orderId, memberId }: ReceivedQuoteRequest): Promise<OwnHolds> {
  const lock = orderId === undefined ? null : await locks.byOrder(orderId);
  return lock?.state === 'LOCKED' && lock.memberId === memberId ? lock : { promotions: [], coupons: [] };
}

/** Promotions as they are for this shopper. One query, and none when no promotion for them limits its members. */
export function rulesFor(
  promotions: Pick<PromotionStore, 'usesOf'>,
  running: readonly Promotion[],
  shopper: Shopper,
): Known<PromotionRule[]> {
  const { memberId } = shopper;
  const limited = running.filter((promotion) => limitsUsesOf(promotion, shopper)).map((promotion) => promotion._id);
  const none = memberId === null || limited.length === 0;
  return none
    ? rulesOf(running, new Map())
    : promotions.usesOf(memberId, limited).then((uses) => rulesOf(running, uses));
}

/** Whether it matters how often the shopper has used the promotion: where it isn't for them at all, that is what they are told. */
export function limitsUsesOf({ perMemberLimit, scope }: Promotion, shopper: Shopper): boolean {
  return perMemberLimit !== null && shopperRejection(scope, shopper) === null;
}

/** Promotions as they are for somebody who has used them so often, by id. */
export function rulesOf(running: readonly Promotion[], uses: ReadonlyMap<string, number>): PromotionRule[] {
  return running.map((promotion) => ruleOf(promotion, uses.get(promotion._id) ?? 0));
}

interface PresentedCoupons {
  readonly rules: CouponRule[];
  /** What was asked for and isn't there, or is somebody else's: the two look alike on purpose. */
  readonly unknown: Rejection[];
}

/** The coupons that the shopper chose or the engine may choose from, and the codes they typed. Three queries at most. */
async function presentedCoupons(
  stores: QuoteStores,
  request: ReceivedQuoteRequest,
  holds: OwnHolds,
  at: Date,
): Promise<PresentedCoupons> {
  const { memberId, couponIds, couponCodes } = request;
  const codes = [...new Set(couponCodes.map(codeOf))];
  const kept = request.keepsCoupons === false ? [] : holds.coupons.map(({ couponId }) => couponId);
  const chosen = [...new Set([...(couponIds ?? []), ...kept])];
  const byCode = codes.length > 0 ? await stores.templates.byCodes(codes) : new Map<string, never>();
  const codeTemplateIds = [...byCode.values()].map((template) => template._id);
  const asked = chosen.length + codeTemplateIds.length > 0;
  const own = memberId !== null && asked ? await stores.coupons.presented(memberId, chosen, codeTemplateIds) : [];
  const free = memberId !== null && couponIds === null ? await stores.coupons.free(memberId, at) : [];

  const wanted = [...own.filter((coupon) => chosen.includes(coupon._id)), ...free];
  const templateIds = [...new Set(wanted.map((coupon) => coupon.templateId))];
  const templates = templateIds.length > 0 ? await stores.templates.byIds(templateIds) : new Map<string, never>();
  const rules = new Map<string, CouponRule>();
  for (const coupon of wanted) {
    const template = templates.get(coupon.templateId);
    if (template) rules.set(coupon._id, freedCoupon(couponRule(template, coupon, null), holds));
  }
  const unknown: Rejection[] = chosen.filter((id) => !rules.has(id)).map((couponId) => nothingFound({ couponId }));
  for (const code of codes) {
    const template = byCode.get(code);
    if (!template) {
      unknown.push(nothingFound({ couponCode: code }));
      continue;
    }
    const claimed = own.filter((coupon) => coupon.templateId === template._id);
    const usable = claimed.find((coupon) => isFree(coupon, at));
    const rule = usable ? couponRule(template, usable, code) : unclaimedRule(template, code, claimed.length);
    rules.set(rule.couponId ?? rule.templateId, rule);
  }
  return { rules: [...rules.values()], unknown };
}

function isFree(coupon: Coupon, at: Date): boolean {
  return coupon.status === 'CLAIMED' && coupon.expiresAt > at;
}

function factsOf(
  quote: Quote,
  unknown: readonly Rejection[],
  { currency, locale }: { currency: string; locale: Viewer['locale'] },
): QuoteFacts {
  return {
    currency,
    subtotalMinor: quote.subtotalMinor,
    discountMinor: quote.discountMinor,
    freightMinor: quote.freightMinor,
    totalMinor: quote.totalMinor,
    lines: quote.lines.map(({ line, totalMinor, steps }) => ({
      lineId: line.lineId,
      skuId: line.skuId,
      quantity: line.quantity,
      unitPriceMinor: line.unitPriceMinor,
      totalMinor,
      steps: steps.map((step) => ({
        kind: step.kind,
        label: stepLabel(step, locale),
        promotionId: step.promotionId,
        beforeMinor: step.beforeMinor,
        afterMinor: step.afterMinor,
      })),
    })),
    rejected: [...unknown, ...quote.rejections].map((rejection) => ({
      promotionId: rejection.promotionId,
      code: rejection.couponCode ?? rejection.couponId ?? rejection.promotionId ?? 'POINTS',
      reason: rejection.code,
      missingMinor: rejection.missingMinor,
      message: rejectionReason(rejection, currency, locale),
    })),
    benefits: { promotions: [...quote.promotions], coupons: [...quote.coupons] },
    points: quote.points,
  };
}
