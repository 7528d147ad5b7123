import { reaction, reactionToAll } from '#kit/inbox/inbox.ts';
import { deliver, ship } from '../domain/order-changes.ts';
import type { Orders } from '../store/orders.ts';

/** The timeline says when the warehouses got the order. */
export function noteAllocationWhenFulfillmentAllocated({ orders }: { readonly orders: Orders }) {
  return reactionToAll({
    name: 'note-allocation-when-fulfillment-allocated',
    on: 'fulfillment.allocated',
    async reactToAll(events, session) {
      const notes = events.map(({ at, payload: { orderId, fulfillmentIds } }) => {
        const note = fulfillmentIds.length === 1 ? 'ALLOCATED' : `ALLOCATED:${fulfillmentIds.length}`;
        return { orderId, at: new Date(at), actor: 'system' as const, note };
      });
      await orders.noteAll(session, notes);
    },
  });
}

/** The order is on its way, in part or whole. An event that was overtaken by a later one moves nothing. */
export function markShippedWhenFulfillmentShipped({ orders }: { readonly orders: Orders }) {
  return reaction({
    name: 'mark-shipped-when-fulfillment-shipped',
    on: 'fulfillment.shipped',
    async react({ payload: { orderId, shipmentId, remaining, shippedAt } }, session) {
      await orders.change(
        session,
        orderId,
        ship(remaining, { at: new Date(shippedAt), actor: 'system', note: shipmentId }),
      );
    },
  });
}

/** The last parcel was handed over: the order is delivered. Earlier ones are noted. */
export function markDeliveredWhenShipmentDelivered({ orders }: { readonly orders: Orders }) {
  return reaction({
    name: 'mark-delivered-when-shipment-delivered',
    on: 'shipment.delivered',
    async react({ payload: { orderId, shipmentId, remaining, deliveredAt } }, session) {
      const mover = { at: new Date(deliveredAt), actor: 'system', note: shipmentId } as const;
      if (remaining > 0) {
        await orders.note(session, orderId, mover);
        return;
      }
      const order = await orders.byId(orderId, session);
      if (order !== null) await orders.change(session, orderId, deliver(order, mover));
    },
  });
}
