import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Promotion } from '../domain/promotion.ts';
import type { PromotionStore } from '../store/promotions.ts';

/** Ends a promotion for good. What orders hold of it stays theirs. */
export async function endPromotion(
  { promotions }: { promotions: PromotionStore },
  promotionId: string,
  at: Date,
): Promise<Outcome<Promotion>> {
  const ended = await promotions.end(promotionId, at);
  return ended ? accepted(ended) : refused(notFound(['promotionId'], 'promotion'));
}
