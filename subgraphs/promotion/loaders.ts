import type DataLoader from 'dataloader';
import { loaderByKey, loaderOfLists } from '#kit/loaders/loaders.ts';
import { noteTime } from '#kit/near-cache/grounds.ts';
import { whenBothKnown, whenKnown, type Known } from '#kit/near-cache/known.ts';
import type { BaseContext } from '#kit/subgraph/subgraph.ts';
import type { Coupon } from './coupon/domain/coupon.ts';
import type { CouponTemplate } from './coupon/domain/coupon-template.ts';
import type { FlashSale, FlashSaleItem } from './flash-sale/domain/flash-sale.ts';
import type { Marketing } from './marketing.ts';
import { rulesForOneUnit, type BestOffer } from './offer/domain/best-offer.ts';
import { rememberFor } from './offer/memory/remembered.ts';
import { runningAt } from './offer/domain/running.ts';
import { offerForUnit, promotionsForProduct } from './offer/queries/offers-for.ts';
import type { Presale } from './presale/domain/presale.ts';
import type { Promotion } from './promotion/domain/promotion.ts';
import { runningPromotions as runningNow } from './promotion/queries/running-promotions.ts';
import type { PromotionRule } from './quote/domain/rule.ts';
import { limitsUsesOf, rulesFor, rulesOf } from './quote/queries/quote-for-shopper.ts';

/** What one request has loaded or is about to: each kind is asked for once per round of resolvers. */
export interface Loaders {
  readonly promotionById: DataLoader<string, Promotion | null>;
  readonly templateById: DataLoader<string, CouponTemplate | null>;
  readonly couponById: DataLoader<string, Coupon | null>;
  readonly flashSaleById: DataLoader<string, FlashSale | null>;
  readonly flashItemById: DataLoader<string, FlashSaleItem | null>;
  readonly flashItemsBySale: DataLoader<string, FlashSaleItem[]>;
  readonly presaleById: DataLoader<string, Presale | null>;
  /** Presales that take deposits now or later. */
  readonly presalesBySku: DataLoader<string, Presale[]>;
  /** The promotions whose window is open, read once per request. */
  runningPromotions(): Known<readonly Promotion[]>;
  /** The best offer for the viewer who buys one unit of a SKU, told as `writeOfferUnit` does. */
  offerFor(skuId: string, unit: string): Known<BestOffer | null>;
  /** The running promotions for a product, told as `writeOfferSubject` does. */
  promotionsFor(subject: string): Known<readonly Promotion[]>;
}

/** Of promotions, for whom none of them counts. */
const rulesForAll = rememberFor<readonly PromotionRule[]>();
const nobodysUses: ReadonlyMap<string, number> = new Map();
/** Stands for whichever member has a tier. */
const anyMember = 'any member';

/** The loaders of one request, at one moment for one viewer. */
export function createLoaders(
  marketing: Marketing,
  { viewer, readsFromMemory }: Pick<BaseContext, 'viewer' | 'readsFromMemory'>,
  at: Date,
): Loaders {
  const { promotions, templates, coupons, sales, presales } = marketing;
  const offers = readsFromMemory ? marketing.offers : null;
  const flashItemsBySku = loaderOfLists((skuIds) => sales.openItemsBySku(skuIds, at));
  let running: Known<readonly Promotion[]> | undefined;
  let rules: Known<readonly PromotionRule[]> | undefined;
  const isMember = viewer.kind === 'MEMBER';
  const { channel, tierLevel } = viewer;
  // Offers are told for a tier and not for a person: what somebody may still use is in the rules.
  const asked = {
    shopper: { memberId: isMember ? anyMember : null, tierLevel: isMember ? tierLevel : null, channel },
    at,
  };
  const runningPromotions = () => (running ??= runningNow(promotions, offers, at));

  /** The promotions as rules for the viewer who buys one unit. */
  function unitRules(): Known<readonly PromotionRule[]> {
    return (rules ??= whenKnown(runningPromotions(), (found) => {
      const forAll = !isMember || !found.some((promotion) => limitsUsesOf(promotion, asked.shopper));
      return forAll
        ? rulesForAll(found, '', () => rulesForOneUnit(rulesOf(found, nobodysUses)))
        : whenKnown(rulesFor(promotions, found, { ...asked.shopper, memberId: viewer.id }), rulesForOneUnit);
    }));
  }

  /** Items of flash sales that are open now. */
  function openFlashItems(skuId: string): Known<readonly FlashSaleItem[]> {
    if (offers === null) return flashItemsBySku.load(skuId);
    return whenKnown(offers.flashItemsOf(skuId), (all) => {
      if (all.length === 0) return all;
      const open = runningAt(all, at);
      noteTime(open);
      return open.items;
    });
  }

  return {
    promotionById: loaderByKey((ids) => promotions.byIds(ids)),
    templateById: loaderByKey((ids) => templates.byIds(ids)),
    couponById: loaderByKey((ids) => coupons.byIds(ids)),
    flashSaleById: loaderByKey((ids) => sales.byIds(ids)),
    flashItemById: loaderByKey((ids) => sales.itemsByIds(ids)),
    flashItemsBySale: loaderOfLists((ids) => sales.itemsBySale(ids)),
    presaleById: loaderByKey((ids) => presales.byIds(ids)),
    presalesBySku: loaderOfLists((skuIds) => presales.ofSkus(skuIds, at)),
    runningPromotions,
    offerFor: (skuId, unit) =>
      whenBothKnown(unitRules(), openFlashItems(skuId), (forUnit, flashItems) =>
        offerForUnit(unit, forUnit, flashItems, asked),
      ),
    promotionsFor: (subject) => whenKnown(runningPromotions(), (found) => promotionsForProduct(subject, found, asked)),
  };
}
