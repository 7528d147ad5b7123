import type { Database } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { createOrderAddresses } from './address/store/order-addresses.ts';
import { createAfterSales } from './after-sale/store/after-sales.ts';
import { createCarts } from './cart/store/carts.ts';
import { createErasures } from './erasure/store/erasures.ts';
import { createEditedOrders } from './edit/store/edited-orders.ts';
import { createOrderEdits } from './edit/store/order-edits.ts';
import { createOrderChangeFeed } from './external-order/store/order-change-feed.ts';
import { createHolds } from './hold/store/holds.ts';
import { createInvoices } from './invoice/store/invoices.ts';
import { createLatePayments } from './late-payment/store/late-payments.ts';
import { createMembersOrders } from './merge/store/members-orders.ts';
import { createNotes } from './note/store/notes.ts';
import { createOrderLists } from './order/store/order-lists.ts';
import { createOrders } from './order/store/orders.ts';
import { createPayments } from './payment/store/payments.ts';
import { createPresaleOrders } from './presale/store/presale-orders.ts';
import { createReconciliations } from './payment/store/reconciliations.ts';
import { createRefunds } from './refund/store/refunds.ts';
import { createRegroupings } from './split-and-merge/store/regroupings.ts';

/** Every collection of the subgraph, in one database. */
export function createStores(connection: Database, outbox: Outbox) {
  const feed = createOrderChangeFeed(connection);
  return {
    carts: createCarts(connection),
    feed,
    orders: createOrders(connection, outbox, feed),
    orderLists: createOrderLists(connection),
    latePayments: createLatePayments(connection),
    holds: createHolds(connection),
    notes: createNotes(connection),
    addresses: createOrderAddresses(connection),
    regroupings: createRegroupings(connection),
    presaleOrders: createPresaleOrders(connection),
    orderEdits: createOrderEdits(connection),
    editedOrders: createEditedOrders(connection),
    payments: createPayments(connection),
    reconciliations: createReconciliations(connection),
    refunds: createRefunds(connection),
    afterSales: createAfterSales(connection),
    invoices: createInvoices(connection),
    erasures: createErasures(connection),
    membersOrders: createMembersOrders(connection),
  };
}

export type Stores = ReturnType<typeof createStores>;
