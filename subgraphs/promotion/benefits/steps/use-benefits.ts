import type { Clock } from '#kit/clock/clock.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';
import { requestOf } from '../domain/lock-again.ts';
import { settlePromotions } from './settle-promotions.ts';
import { useCoupons } from './settle-coupons.ts';
import { useFlashTicket } from './settle-flash-ticket.ts';
import { takeLocks } from './take-locks.ts';

/** Uses what is locked under ids, of orders or of edits, in the caller's transaction. */
export type UseBenefits = (session: Session, lockIds: readonly string[]) => Promise<void>;

/**
 * What was paid has used its coupons, its ticket and what it held of budgets. A lock that ran out before this was told is taken again, or, when something of it
 * went elsewhere, the order is told. Without a lock there were no benefits.
 */
export function createUseBenefits(stores: BenefitStores, outbox: Outbox, clock: Clock): UseBenefits {
  async function takeAgain(session: Session, lock: BenefitLock): Promise<BenefitLock | null> {
    const at = clock.now();
    const [taken] = await takeLocks(stores, session, [{ request: requestOf(lock), at }]);
    if (taken?.ok) return taken.value;
    await stores.locks.replace(session, { ...lock, lapsed: false });
    const payload = { orderId: lock._id, codes: (taken?.refusals ?? []).map(({ code }) => code) };
    await outbox.append(session, [
      { name: 'benefits.lost', aggregateId: lock._id, version: lock.attempt, at, payload },
    ]);
    return null;
  }

  async function use(session: Session, known: BenefitLock): Promise<void> {
    const orderId = known._id;
    const lock = known.lapsed ? await takeAgain(session, known) : known;
    if (!lock || !(await stores.locks.move(session, orderId, 'LOCKED', 'USED'))) return;
    await settlePromotions(stores, session, lock);
    await useCoupons(stores, session, lock);
    await useFlashTicket(stores, session, { orderId, flashTicketId: lock.flashTicketId });
  }

  return async function useBenefits(session, lockIds) {
    for (const lock of (await stores.locks.byOrders(lockIds, session)).values()) await use(session, lock);
  };
}
