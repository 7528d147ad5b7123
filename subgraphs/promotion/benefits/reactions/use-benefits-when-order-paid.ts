import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import { useFlashTicket } from '../steps/settle-flash-ticket.ts';
import { settlePromotions } from '../steps/settle-promotions.ts';
import { useCoupons } from '../steps/settle-coupons.ts';

/** A paid order has used its coupons, its ticket and what it held of budgets. An order without a lock got no benefits. */
export function useBenefitsWhenOrderPaid(stores: BenefitStores): Reaction {
  return reaction({
    name: 'use-benefits-when-order-paid',
    on: 'order.paid',
    async react({ payload: { orderId } }, session) {
      const lock = await stores.locks.byOrder(orderId, session);
      if (!lock || !(await stores.locks.move(session, orderId, 'LOCKED', 'USED'))) return;
      await settlePromotions(stores, session, lock);
      await useCoupons(stores, session, lock);
      await useFlashTicket(stores, session, { orderId, flashTicketId: lock.flashTicketId });
    },
  });
}
