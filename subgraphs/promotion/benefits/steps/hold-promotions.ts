import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { promotionStatus } from '../../promotion/domain/promotion.ts';
import type { Session } from '../../transact.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import { budgetExhausted, promotionLimitReached, type BenefitLock } from '../domain/benefit-lock.ts';

type Uses = Pick<BenefitLock, 'promotions' | 'memberId'>;

/** Takes what an order uses of promotions off their budgets and limits. The first that can't give it refuses. */
export async function holdPromotions(
  { promotions }: BenefitStores,
  session: Session,
  uses: Uses,
  at: Date,
): Promise<Outcome<null>> {
  const ids = uses.promotions.map((use) => use.promotionId);
  const known = ids.length > 0 ? await promotions.byIds(ids, session) : new Map<string, never>();
  for (const { promotionId, amountMinor } of uses.promotions) {
    const promotion = known.get(promotionId);
    if (!promotion) return refused(promotionLimitReached(promotionId));
    const status = promotionStatus(promotion, at);
    if (status === 'EXHAUSTED') {
      return refused(promotion.usesLeft === 0 ? promotionLimitReached(promotionId) : budgetExhausted(promotionId));
    }
    if (status !== 'RUNNING') return refused({ ...invalidState([], { state: status }), promotionId });
    if (!(await promotions.hold(session, promotion, amountMinor))) {
      const overBudget = promotion.budget !== null && promotion.budget.leftMinor < amountMinor;
      return refused(overBudget ? budgetExhausted(promotionId) : promotionLimitReached(promotionId));
    }
    const { perMemberLimit } = promotion;
    if (perMemberLimit === null) continue;
    const counted =
      uses.memberId !== null && (await promotions.countUse(session, promotionId, uses.memberId, perMemberLimit));
    if (!counted) return refused(promotionLimitReached(promotionId));
  }
  return accepted(null);
}

/** What was held is spent: the order is paid. */
export async function settlePromotions({ promotions }: BenefitStores, session: Session, uses: Uses): Promise<void> {
  for (const use of uses.promotions) await promotions.settle(session, { ...use, memberId: uses.memberId });
}

/** Undoes `holdPromotions`, also after the order was paid. */
export async function returnPromotions(
  { promotions }: BenefitStores,
  session: Session,
  uses: Uses,
  wasPaid: boolean,
): Promise<void> {
  for (const use of uses.promotions) await promotions.giveBack(session, { ...use, memberId: uses.memberId }, wasPaid);
}
