import type { Known } from '#kit/near-cache/known.ts';
import type { OfferCache } from '../../offer/memory/offer-cache.ts';
import type { Promotion } from '../domain/promotion.ts';
import type { PromotionStore } from '../store/promotions.ts';

/** The promotions whose window is open at a moment; of what shoppers are shown when `shown` is given, otherwise of what is stored. */
export function runningPromotions(
  promotions: Pick<PromotionStore, 'running'>,
  shown: Pick<OfferCache, 'runningPromotions'> | null,
  at: Date,
): Known<readonly Promotion[]> {
  return shown === null ? promotions.running(at) : shown.runningPromotions(at);
}
