import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { StopFulfillments } from '../actions/stop-fulfillments.ts';

/** Gives back whatever a cancelled or closed order holds. Parts that have left already come back by an after-sale case. */
export function stopFulfillmentsWhenOrderCancelled(deps: { readonly stopFulfillments: StopFulfillments }): Reaction {
  return reaction({
    name: 'stop-fulfillments-when-order-cancelled',
    on: 'order.cancelled',
    async react({ payload: { orderId, attempt = 1 } }, session) {
      await deps.stopFulfillments(session, { orderId, attempt }, 'order');
    },
  });
}
