import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import type { OfferCache } from '../../offer/memory/offer-cache.ts';
import type { Promotion } from '../domain/promotion.ts';
import type { PromotionStore } from '../store/promotions.ts';

/** The promotions whose window is open at a moment; of what shoppers are shown when `shown` is given, otherwise of what is stored. */
export function runningPromotions(
  promotions: Pick<PromotionStore, 'running'>,
  shown: Pick<OfferCache, 'standingPromotions'> | null,
  at: Date,
): Known<readonly Promotion[]> {
  if (shown === null) return promotions.running(at);
  return whenKnown(shown.standingPromotions(), (all) => all.filter((one) => isOpen(one, at)));
}

/** Whether something with a window is open at a moment. */
export function isOpen({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }, at: Date): boolean {
  return startsAt <= at && endsAt > at;
}
