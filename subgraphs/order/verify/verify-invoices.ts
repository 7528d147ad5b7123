import type { Check } from '#kit/verification/verify-door.ts';
import { netPaidMinor } from '../invoice/domain/decide-invoice.ts';
import type { Invoice } from '../invoice/domain/invoice.ts';
import type { Order } from '../order/domain/order.ts';
import type { Refund } from '../refund/domain/refund.ts';

/** How long a refund that has arrived may be unknown to its order's invoice, milliseconds. */
const graceMs = 60_000;

/** Invoices: an order has at most one that is valid or on its way, and it isn't over more than was really paid. */
export const verifyInvoices: Check = async (moment, findings, now) => {
  for await (const invoices of moment.batches<Invoice>('invoices', { live: true })) {
    const orderId = { $in: invoices.map((invoice) => invoice.orderId) };
    const orders = new Map(
      (await moment.find<Order>('orders', { _id: orderId })).map((order) => [order._id, order] as const),
    );
    const refunds = Map.groupBy(await moment.find<Refund>('refunds', { orderId }), (refund) => refund.orderId);
    const live = Map.groupBy(await moment.find<Invoice>('invoices', { orderId, live: true }), (one) => one.orderId);
    for (const { _id, orderId: id, status, amountMinor } of invoices) {
      findings.compare('invoices: one valid or on its way for an order', id, 1, live.get(id)?.length ?? 0);
      const order = orders.get(id);
      // An invoice that is just being issued or voided is looked at when the issuer has answered.
      const settled = (refunds.get(id) ?? []).every(
        ({ settledAt }) => settledAt !== null && settledAt.getTime() < now.getTime() - graceMs,
      );
      if (status !== 'ISSUED' || order === undefined || !settled) continue;
      findings.compare('invoices: amount <= paid and kept', _id, true, amountMinor <= netPaidMinor(order));
    }
  }
};
