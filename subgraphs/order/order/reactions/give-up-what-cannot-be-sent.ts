import { newId } from '#kit/ids/ids.ts';
import { reaction } from '#kit/inbox/inbox.ts';
import type { Orders } from '../store/orders.ts';

/** A paid order whose goods went to somebody else is to be cancelled, and its money given back; the job that finishes cancellations does it. */
export function cancelOrderWhenFulfillmentImpossible({ orders }: { readonly orders: Orders }) {
  return reaction({
    name: 'cancel-order-when-fulfillment-impossible',
    on: 'fulfillment.impossible',
    async react({ at, payload: { orderId } }, session) {
      await orders.beginCancellation(orderId, cancellation('OUT_OF_STOCK', at), session);
    },
  });
}

/** The same for a paid order that can't have what its price rests on. */
export function cancelOrderWhenBenefitsLost({ orders }: { readonly orders: Orders }) {
  return reaction({
    name: 'cancel-order-when-benefits-lost',
    on: 'benefits.lost',
    async react({ at, payload: { orderId } }, session) {
      await orders.beginCancellation(orderId, cancellation('BENEFITS_LOST', at), session);
    },
  });
}

function cancellation(reason: string, at: string) {
  return { id: newId('refund'), reason, actor: 'system', requestedAt: new Date(at), afterSaleId: null } as const;
}
