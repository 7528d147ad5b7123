import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Promotion } from '../domain/promotion.ts';
import type { PromotionStore } from '../store/promotions.ts';

/**
 * Lets a promotion take prices below their floors, as its author wished: two people have to want what costs the shop money. Refuses with NOT_FOUND, INVALID_INPUT (its author, or a promotion that
 * wasn't meant to), INVALID_STATE (ended). Approving an approved one changes nothing.
 */
export async function approveBelowFloor(
  { promotions }: { promotions: Pick<PromotionStore, 'byIds' | 'approveBelowFloor'> },
  promotionId: string,
  { at, by }: { readonly at: Date; readonly by: string },
): Promise<Outcome<Promotion>> {
  const known = (await promotions.byIds([promotionId])).get(promotionId);
  if (known === undefined) return refused(notFound(['promotionId'], 'promotion'));
  if (known.belowFloor == null) {
    const reason = { en: 'This promotion never goes below a floor.', zh: '该活动不会低于底价。' };
    return refused(invalidInput(['promotionId'], reason));
  }
  if (known.createdBy === by) {
    const reason = { en: 'Somebody other than its author must approve it.', zh: '须由创建者以外的人审批。' };
    return refused(invalidInput(['promotionId'], reason));
  }
  const approved = await promotions.approveBelowFloor(promotionId, by, at);
  return approved ? accepted(approved) : refused(invalidState(['promotionId'], { state: 'ENDED' }));
}
