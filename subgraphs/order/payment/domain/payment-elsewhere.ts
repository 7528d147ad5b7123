import { newId } from '#kit/ids/ids.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Payment } from './payment.ts';

/** The record of money that a partner has received for an order in its own shop. */
export function paymentElsewhere(order: Order): Payment {
  const paidAt = order.paidAt ?? order.placedAt;
  return {
    _id: newId('payment'),
    orderId: order._id,
    memberId: order.memberId,
    provider: 'EXTERNAL',
    status: 'SUCCEEDED',
    amountMinor: order.totalMinor,
    currency: order.currency,
    clientParameters: null,
    transactionId: order.external?.id ?? null,
    captured: true,
    refundedMinor: 0,
    createdAt: paidAt,
    settledAt: paidAt,
  };
}
