import type { Clock } from '#kit/clock/clock.ts';
import { verifyMerges } from '#kit/member-merges/verify-merges.ts';
import { onItsWayMs, orderVerification } from '#kit/neighbours/verification.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { provide } from '#kit/transport/neighbours.ts';
import { onlyOurServices, pageOfOrders, verifyBy } from '#kit/verification/verify-door.ts';
import type { AfterSaleStatus } from '../after-sale/domain/after-sale.ts';
import type { AfterSales } from '../after-sale/store/after-sales.ts';
import { endStatuses, paidStatuses, type StoredStatus } from '../order/domain/order-states.ts';
import type { OrderEdits } from '../edit/store/order-edits.ts';
import type { Orders } from '../order/store/orders.ts';
import { agreedHolds } from './agreed-holds.ts';
import { verifyAfterSales, verifyClaims } from './verify-after-sales.ts';
import { verifyEdits } from './verify-edits.ts';
import { verifyInvoices } from './verify-invoices.ts';
import { verifyLineage } from './verify-lineage.ts';
import { verifyOrders } from './verify-orders.ts';

/** Nothing may be held for an order in one of these. */
const ended: readonly StoredStatus[] = endStatuses;

/** Where it is said whose something is. */
const ofMembers = ['orders', 'afterSales', 'invoices', 'carts'];

/** Nothing may be held for an exchange in one of these. */
const endedExchange: readonly AfterSaleStatus[] = ['REFUSED', 'CANCELLED', 'REFUNDED', 'EXCHANGED'];

/** The doors for whoever compares the books of the whole graph. */
export function verifyOperations(parts: {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'byIds'>;
  readonly afterSales: Pick<AfterSales, 'byIds'>;
  readonly edits: Pick<OrderEdits, 'byIds'>;
}) {
  return provide(orderVerification, {
    ...verifyBy(parts, [
      verifyOrders,
      verifyLineage,
      verifyAfterSales,
      verifyClaims,
      verifyEdits,
      verifyInvoices,
      verifyMerges(ofMembers),
    ]),

    async endedOrders({ orderIds }, call) {
      onlyOurServices(call);
      const living = (await parts.orders.byIds(orderIds)).filter(({ status }) => !ended.includes(status));
      // What is kept for an exchange is held under the after-sale's id.
      const exchanges = (await parts.afterSales.byIds(orderIds)).filter(
        ({ status }) => !endedExchange.includes(status),
      );
      // And what an edit adds, under the edit's.
      const edits = (await parts.edits.byIds(orderIds)).filter(({ open }) => open === true);
      const livingIds = new Set([...living, ...exchanges, ...edits].map(({ _id }) => _id));
      return { orderIds: orderIds.filter((orderId) => !livingIds.has(orderId)) };
    },

    async agreedHolds({ after }, call) {
      onlyOurServices(call);
      const now = parts.clock.now();
      const before = new Date(now.getTime() - onItsWayMs);
      const unpaid = { status: 'PENDING_PAYMENT', placedAt: { $lt: before } };
      const filter = { $or: [unpaid, { status: 'PAID', paidAt: { $lt: before } }] };
      const { orderIds, next } = await pageOfOrders(parts.outbox, { collection: 'orders', filter, after });
      const orders = (await parts.orders.byIds(orderIds)).flatMap((order) => agreedHolds(order, now) ?? []);
      return { orders, next };
    },

    async ordersToFulfill({ after }, call) {
      onlyOurServices(call);
      const before = new Date(parts.clock.now().getTime() - onItsWayMs);
      const filter = {
        status: { $in: paidStatuses },
        paidAt: { $lt: before },
        cancellation: null,
        refundStatus: { $ne: 'FULL' },
      };
      return pageOfOrders(parts.outbox, { collection: 'orders', filter, after });
    },
  });
}
