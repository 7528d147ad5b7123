import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { PresaleOrders } from '../store/presale-orders.ts';

/** Notes that a presale was called off: it may have more orders than one transaction should close. */
export function closeOrdersWhenPresaleCancelled({
  presaleOrders,
}: {
  readonly presaleOrders: PresaleOrders;
}): Reaction {
  return reaction({
    name: 'close-orders-when-presale-cancelled',
    on: 'presale.cancelled',
    async react({ at, payload: { presaleId } }, session) {
      await presaleOrders.withdraw(session, { _id: presaleId, at: new Date(at) });
    },
  });
}
