import type { Clock } from '#kit/clock/clock.ts';
import type { Idempotency } from '#kit/idempotency/idempotency.ts';
import { newId } from '#kit/ids/ids.ts';
import {
  accepted,
  idempotencyConflict,
  invalidState,
  notFound,
  refused,
  type Outcome,
  type Refusal,
} from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { Payment, PaymentProviderName } from '../domain/payment.ts';
import type { PaymentProvider } from '../providers/payment-provider.ts';
import type { Providers } from '../providers/providers.ts';
import type { Payments } from '../store/payments.ts';
import type { ReceivePaymentNotification } from './receive-payment-notification.ts';

/** Which order, by whom, from where. */
export interface PayOrderRequest {
  readonly orderId: string;
  readonly provider: PaymentProviderName;
  readonly scene: string;
  readonly idempotencyKey: string;
}

interface PayOrderParts {
  readonly orders: Orders;
  readonly payments: Payments;
  readonly providers: Providers;
  readonly receiveNotification: ReceivePaymentNotification;
  readonly idempotency: Idempotency;
  readonly clock: Clock;
}

function providerUnavailable(provider: PaymentProviderName) {
  return {
    type: 'PaymentProviderUnavailableError',
    code: 'PAYMENT_PROVIDER_UNAVAILABLE',
    path: ['provider'],
    provider,
  } as const satisfies Refusal;
}

export type PayOrder = ReturnType<typeof createPayOrder>;

/** Begins to pay a member's own order, once for each key; the provider's word makes it paid. */
export function createPayOrder(parts: PayOrderParts) {
  const { orders, payments, providers, receiveNotification, idempotency, clock } = parts;

  async function intentFor(order: Order, provider: PaymentProvider, paymentId: string): Promise<Payment> {
    const intent: Payment = {
      _id: paymentId,
      orderId: order._id,
      memberId: order.memberId,
      provider: provider.name,
      status: 'PENDING',
      amountMinor: order.totalMinor,
      currency: order.currency,
      clientParameters: null,
      transactionId: null,
      captured: false,
      refundedMinor: 0,
      createdAt: clock.now(),
      settledAt: null,
    };
    await payments.record(intent);
    return intent;
  }

  async function payNow(request: PayOrderRequest, member: Member, paymentId: string): Promise<Outcome<string>> {
    const order = await orders.byId(request.orderId);
    if (order === null || !order.visible || order.memberId !== member.memberId)
      return refused(notFound(['orderId'], 'order'));
    const provider = providers.byName(request.provider);
    if (provider === null) return refused(providerUnavailable(request.provider));
    const earlier = await payments.byId(paymentId);
    if (earlier?.captured === true) return accepted(paymentId);
    if (order.status !== 'PENDING_PAYMENT') return refused(invalidState(['orderId'], { state: order.status }));
    const intent = earlier ?? (await intentFor(order, provider, paymentId));
    const { clientParameters, notification } = await provider.begin(intent);
    if (clientParameters !== null) await payments.prepare(paymentId, clientParameters);
    if (notification === null) return accepted(paymentId);
    await receiveNotification(provider.name, notification);
    const settled = await payments.byId(paymentId);
    if (settled?.captured === true || settled?.status === 'FAILED') return accepted(paymentId);
    // Another payment, the timer or a cancellation was faster; this money goes back by itself.
    const now = await orders.byId(order._id);
    return refused(invalidState(['orderId'], { state: now?.status ?? order.status }));
  }

  return async function payOrder(
    request: PayOrderRequest,
    member: Member,
  ): Promise<Outcome<{ payment: Payment; order: Order }>> {
    const { orderId, provider, scene, idempotencyKey } = request;
    const once = await idempotency.runOnce(
      {
        caller: member.memberId,
        operation: 'payOrder',
        key: idempotencyKey,
        input: { orderId, provider, scene },
        subjectId: () => newId('payment'),
      },
      (paymentId) => payNow(request, member, paymentId),
    );
    if (once.conflict === true) return refused(idempotencyConflict());
    if (!once.result.ok) return once.result;
    const [payment, order] = [await payments.byId(once.result.value), await orders.byId(orderId)];
    if (payment === null || order === null) throw new Error(`the payment ${once.result.value} or its order is gone`);
    return accepted({ payment, order });
  };
}
