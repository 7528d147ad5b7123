import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Promotion } from '../domain/promotion.ts';
import type { PromotionStore } from '../store/promotions.ts';

/** Suspends a promotion that isn't over. */
export async function pausePromotion(
  { promotions }: { promotions: PromotionStore },
  promotionId: string,
  at: Date,
): Promise<Outcome<Promotion>> {
  return outcomeOf(promotions, promotionId, await promotions.setPaused(promotionId, at, at));
}

/** Lets a promotion that isn't over go on. */
export async function resumePromotion(
  { promotions }: { promotions: PromotionStore },
  promotionId: string,
  at: Date,
): Promise<Outcome<Promotion>> {
  return outcomeOf(promotions, promotionId, await promotions.setPaused(promotionId, null, at));
}

/** Only an unknown promotion and one that is over stay as they are. */
async function outcomeOf(
  promotions: PromotionStore,
  promotionId: string,
  changed: Promotion | null,
): Promise<Outcome<Promotion>> {
  if (changed) return accepted(changed);
  const known = (await promotions.byIds([promotionId])).has(promotionId);
  return refused(known ? invalidState(['promotionId'], { state: 'ENDED' }) : notFound(['promotionId'], 'promotion'));
}
