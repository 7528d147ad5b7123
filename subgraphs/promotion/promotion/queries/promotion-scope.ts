import type { Viewer } from '#kit/viewer/viewer.ts';
import type { OfferScope } from '../../quote/domain/rule.ts';
import type { PromotionStore } from '../store/promotions.ts';
import { visiblePromotion } from './visible-promotion.ts';

/** The goods that a promotion is for; null when the viewer can't see the promotion. */
export async function promotionScope(
  { promotions }: { promotions: PromotionStore },
  promotionId: string,
  { viewer, at }: { viewer: Viewer; at: Date },
): Promise<{ [List in 'productIds' | 'skuIds' | 'categorySlugs' | 'brandIds']: [...OfferScope[List]] } | null> {
  const found = (await promotions.byIds([promotionId])).get(promotionId) ?? null;
  const promotion = visiblePromotion(found, viewer, at);
  if (!promotion) return null;
  const { productIds, skuIds, categorySlugs, brandIds } = promotion.scope;
  return {
    productIds: [...productIds],
    skuIds: [...skuIds],
    categorySlugs: [...categorySlugs],
    brandIds: [...brandIds],
  };
}
