import type { Session } from '#kit/mongo/transaction.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';

type Uses = Pick<BenefitLock, 'promotions' | 'memberId'>;

/** What was held is spent: the order is paid. */
export async function settlePromotions({ promotions }: BenefitStores, session: Session, uses: Uses): Promise<void> {
  for (const use of uses.promotions) await promotions.settle(session, { ...use, memberId: uses.memberId });
}

/** What was held goes back to budgets and limits, also after the order was paid. */
export async function returnPromotions(
  { promotions }: BenefitStores,
  session: Session,
  uses: Uses,
  wasPaid: boolean,
): Promise<void> {
  for (const use of uses.promotions) await promotions.giveBack(session, { ...use, memberId: uses.memberId }, wasPaid);
}
