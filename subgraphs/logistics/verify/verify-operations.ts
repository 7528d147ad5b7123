import type { Clock } from '#kit/clock/clock.ts';
import { verifyMerges } from '#kit/member-merges/verify-merges.ts';
import { logisticsVerification, onItsWayMs } from '#kit/neighbours/verification.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { provide } from '#kit/transport/neighbours.ts';
import { onlyOurServices, pageOfOrders, verifyBy } from '#kit/verification/verify-door.ts';
import { heldText } from '#kit/verification/held-text.ts';
import type { Fulfillments } from '../fulfillment/store/fulfillments.ts';
import type { Reservations } from '../reservation/store/reservations.ts';
import { verifyReservations, verifyStock } from './verify-stock.ts';

/** The doors for whoever compares the books of the whole graph. */
export function verifyOperations(parts: {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly fulfillments: Pick<Fulfillments, 'byOrders'>;
  readonly reservations: Pick<Reservations, 'ofOrders'>;
}) {
  return provide(logisticsVerification, {
    ...verifyBy(parts, [verifyStock, verifyReservations, verifyMerges(['fulfillments', 'shipments'])]),

    async openHolds({ after }, call) {
      onlyOurServices(call);
      const before = new Date(parts.clock.now().getTime() - onItsWayMs);
      // What is set aside for a presale is no order's.
      const held = { state: { $ne: 'RELEASED' }, 'lines.state': 'OPEN', createdAt: { $lt: before } };
      const filter = { ...held, setAside: null };
      return pageOfOrders(parts.outbox, { collection: 'reservations', filter, after });
    },

    async heldFor({ orderIds }, call) {
      onlyOurServices(call);
      const found = await parts.reservations.ofOrders(orderIds);
      const orders = [...found.values()].map(({ orderId, lines }) => {
        const kept = lines.filter(({ state }) => state !== 'RELEASED');
        return { orderId, held: heldText(kept.map(({ skuId, quantity }) => [skuId, quantity])) };
      });
      return { orders };
    },

    async withoutFulfillment({ orderIds }, call) {
      onlyOurServices(call);
      const known = new Set((await parts.fulfillments.byOrders(orderIds)).map(({ orderId }) => orderId));
      return { orderIds: orderIds.filter((orderId) => !known.has(orderId)) };
    },
  });
}
