import type DataLoader from 'dataloader';
import { loaderByKey, loaderOfLists } from '#kit/loaders/loaders.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import type { Coupon } from './coupon/domain/coupon.ts';
import type { CouponTemplate } from './coupon/domain/coupon-template.ts';
import type { FlashSale, FlashSaleItem } from './flash-sale/domain/flash-sale.ts';
import type { Marketing } from './marketing.ts';
import type { Presale } from './presale/domain/presale.ts';
import type { Promotion } from './promotion/domain/promotion.ts';
import type { PromotionRule } from './quote/domain/rule.ts';
import { rulesFor } from './quote/queries/quote-for-shopper.ts';

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
  /** Items of flash sales that are open now. */
  readonly openFlashItemsBySku: DataLoader<string, FlashSaleItem[]>;
  /** The promotions whose window is open, read once per request. */
  runningPromotions(): Promise<Promotion[]>;
  /** The same as they are for the viewer. */
  rules(): Promise<PromotionRule[]>;
}

/** The loaders of one request, at one moment for one viewer. */
export function createLoaders(marketing: Marketing, viewer: Viewer, at: Date): Loaders {
  const { promotions, templates, coupons, sales, presales } = marketing;
  const memberId = viewer.kind === 'MEMBER' ? viewer.id : null;
  let running: Promise<Promotion[]> | undefined;
  let rules: Promise<PromotionRule[]> | undefined;
  const runningPromotions = () => (running ??= promotions.running(at));
  return {
    promotionById: loaderByKey((ids) => promotions.byIds(ids)),
    templateById: loaderByKey((ids) => templates.byIds(ids)),
    couponById: loaderByKey((ids) => coupons.byIds(ids)),
    flashSaleById: loaderByKey((ids) => sales.byIds(ids)),
    flashItemById: loaderByKey((ids) => sales.itemsByIds(ids)),
    flashItemsBySale: loaderOfLists((ids) => sales.itemsBySale(ids)),
    presaleById: loaderByKey((ids) => presales.byIds(ids)),
    presalesBySku: loaderOfLists((skuIds) => presales.ofSkus(skuIds, at)),
    openFlashItemsBySku: loaderOfLists((skuIds) => sales.openItemsBySku(skuIds, at)),
    runningPromotions,
    rules: () => (rules ??= runningPromotions().then((found) => rulesFor(promotions, found, memberId))),
  };
}
