import type { Clock } from '#kit/clock/clock.ts';
import { reactionToAll, type Reaction } from '#kit/inbox/inbox.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';
import { requestOf } from '../domain/lock-again.ts';
import { useFlashTicket } from '../steps/settle-flash-ticket.ts';
import { settlePromotions } from '../steps/settle-promotions.ts';
import { useCoupons } from '../steps/settle-coupons.ts';
import { takeLocks } from '../steps/take-locks.ts';

/**
 * A paid order has used its coupons, its ticket and what it held of budgets. A lock that ran out before this was told is taken again, or, when something of it
 * went elsewhere, the order is told. An order without a lock got no benefits.
 */
export function useBenefitsWhenOrderPaid(stores: BenefitStores, outbox: Outbox, clock: Clock): Reaction {
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

  return reactionToAll({
    name: 'use-benefits-when-order-paid',
    on: 'order.paid',
    async reactToAll(events, session) {
      const orderIds = events.map(({ payload }) => payload.orderId);
      for (const lock of (await stores.locks.byOrders(orderIds, session)).values()) await use(session, lock);
    },
  });
}
