import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { CountSales } from '../steps/count-sales.ts';

/** Pieces that came into a paid order count as sold. Those that left stay counted, like those of a cancelled order. */
export function countSalesWhenOrderEdited(countSales: CountSales): Reaction {
  return reaction({
    name: 'count-sales-when-order-edited',
    on: 'order.edited',
    react: ({ payload }, session) => countSales(payload.added, session),
  });
}
