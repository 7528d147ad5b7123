import type { Check } from '#kit/verification/verify-door.ts';
import type { Order } from '../order/domain/order.ts';
import type { Payment } from '../payment/domain/payment.ts';
import type { Refund } from '../refund/domain/refund.ts';
import { accountsOf, brokenPath } from './domain/order-accounts.ts';

/** How long a placing may take, and how long after its end an unpaid order may still wait for the job that closes it. Milliseconds. */
const graceMs = 60_000;

/** How long money that came too late may wait to end in goods or a refund, milliseconds: as long as a neighbour is waited for, and a little more. */
const lateMoneyMs = 10 * 60_000;

/** Orders: money that adds up, states that were reached by allowed moves, and nothing that hangs. */
export const verifyOrders: Check = async (moment, findings, now) => {
  const longAgo = now.getTime() - graceMs;
  for await (const orders of moment.batches<Order>('orders')) {
    const orderId = { $in: orders.map((order) => order._id) };
    const payments = Map.groupBy(await moment.find<Payment>('payments', { orderId }), (payment) => payment.orderId);
    const paymentId = { $in: [...payments.values()].flat().map((payment) => payment._id) };
    const given = await moment.find<Refund>('refunds', { $or: [{ orderId }, { paymentId }] });
    const payers = new Map([...payments.values()].flat().map((payment) => [payment._id, payment.orderId]));
    const refunds = new Map(
      orders.map(({ _id }) => [
        _id,
        given.filter((refund) => refund.orderId === _id || payers.get(refund.paymentId) === _id),
      ]),
    );
    for (const order of orders) {
      const { _id, status, placedAt, expiresAt } = order;
      for (const { invariant, subject, expected, found } of accountsOf(
        order,
        payments.get(_id) ?? [],
        refunds.get(_id) ?? [],
      )) {
        findings.compare(invariant, subject, expected, found);
      }
      if (status !== 'ABANDONED')
        findings.compare('orders: states reached by allowed moves', _id, '', brokenPath(order));
      const hangs = status === 'PLACING' && placedAt.getTime() < longAgo;
      findings.compare('orders: no placing takes longer than a minute', _id, 'done', hangs ? 'PLACING' : 'done');
      const overdue = status === 'PENDING_PAYMENT' && (expiresAt === null || expiresAt.getTime() < longAgo);
      findings.compare('orders: unpaid ones close in time', _id, 'in time', overdue ? 'overdue' : 'in time');
      const undecided = (order.latePayment?.receivedAt.getTime() ?? now.getTime()) < now.getTime() - lateMoneyMs;
      findings.compare('orders: late money is settled in time', _id, 'settled', undecided ? 'undecided' : 'settled');
    }
  }
};
