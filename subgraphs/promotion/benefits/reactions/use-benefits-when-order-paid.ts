import { reactionToAll, type Reaction } from '#kit/inbox/inbox.ts';
import type { UseBenefits } from '../steps/use-benefits.ts';

/** Paid orders have used their benefits. */
export function useBenefitsWhenOrderPaid(useBenefits: UseBenefits): Reaction {
  return reactionToAll({
    name: 'use-benefits-when-order-paid',
    on: 'order.paid',
    reactToAll: (events, session) =>
      useBenefits(
        session,
        events.map(({ payload }) => payload.orderId),
      ),
  });
}
