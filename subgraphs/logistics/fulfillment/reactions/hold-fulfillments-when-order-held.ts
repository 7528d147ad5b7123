import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';

/** Nothing of an order that is on hold leaves a warehouse, until it may go on. */
export function holdFulfillmentsWhenOrderHeld({ reservations }: { readonly reservations: Reservations }): Reaction {
  return reaction({
    name: 'hold-fulfillments-when-order-held',
    on: 'order.held',
    async react({ payload: { orderId, onHold } }, session) {
      const known = await reservations.byOrder(session, orderId);
      if (known !== null) await reservations.save(session, [{ ...known, onHold, version: known.version + 1 }]);
    },
  });
}
