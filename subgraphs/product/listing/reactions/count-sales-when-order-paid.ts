import { reactionToAll, type Reaction } from '#kit/inbox/inbox.ts';
import type { CountSales } from '../steps/count-sales.ts';

/** The pieces of paid orders count as sold. */
export function countSalesWhenOrderPaid(countSales: CountSales): Reaction {
  return reactionToAll({
    name: 'count-sales-when-order-paid',
    on: 'order.paid',
    reactToAll: (events, session) =>
      countSales(
        events.flatMap(({ payload }) => payload.lines),
        session,
      ),
  });
}
