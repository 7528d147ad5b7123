import type { Session } from '#kit/mongo/transaction.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';
import { returnPresaleUnits } from './settle-presale.ts';
import { returnFlashTicket } from './settle-flash-ticket.ts';
import { returnPromotions } from './settle-promotions.ts';
import { returnCoupons } from './settle-coupons.ts';

/**
 * Gives back everything an order holds (`LOCKED`) or has used (`USED`), once: how many benefits that were, 0 when the lock isn't in that state (any more).
 */
export async function returnBenefits(
  stores: BenefitStores,
  session: Session,
  { lock, from, at, lapsed }: { lock: BenefitLock; from: 'LOCKED' | 'USED'; at: Date; lapsed?: boolean },
): Promise<number> {
  if (!(await stores.locks.move(session, lock._id, from, 'RELEASED', { lapsed }))) return 0;
  const wasPaid = from === 'USED';
  await returnPromotions(stores, session, lock, wasPaid);
  await returnCoupons(stores, session, { lock, wasPaid, at });
  await returnFlashTicket(stores, session, { orderId: lock._id, flashTicketId: lock.flashTicketId });
  await returnPresaleUnits(stores, session, lock);
  const own = [lock.flashTicketId, lock.presale].filter((held) => held !== null).length;
  return lock.promotions.length + lock.coupons.length + own;
}
