import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { Answering } from '#kit/idempotency/idempotency.ts';
import type { Once } from '#kit/idempotency/once.ts';
import { busy } from '#kit/graphql/errors.ts';
import type { Call } from '#kit/transport/transport.ts';
import {
  accepted,
  invalidInput,
  invalidState,
  notFound,
  refused,
  type Outcome,
  type Refusal,
} from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import type { Order } from '../../order/domain/order.ts';
import type { OrderEdit } from '../../edit/domain/order-edit.ts';
import type { OrderEdits } from '../../edit/store/order-edits.ts';
import { dueOf, type Due } from '../../presale/domain/order-presale.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { MemberNeighbour } from '../../neighbours.ts';
import { nextAsk } from '../domain/next-ask.ts';
import type { Payment, PaymentProviderName, PaymentScene } from '../domain/payment.ts';
import { ProviderError, type PaymentProvider } from '../providers/payment-provider.ts';
import type { Providers } from '../providers/providers.ts';
import type { Payments } from '../store/payments.ts';
import type { AskProvider } from './ask-provider.ts';
import type { ReceivePaymentNotification } from './receive-payment-notification.ts';
import { payAnswer, type Paid } from './settle-payment.ts';

/** Which order, by whom, from where. */
export interface PayOrderRequest {
  readonly orderId: string;
  readonly provider: PaymentProviderName;
  readonly scene: PaymentScene;
  readonly idempotencyKey: string;
}

interface PayOrderParts {
  readonly orders: Orders;
  readonly payments: Payments;
  readonly edits: Pick<OrderEdits, 'awaitingOf'>;
  readonly providers: Providers;
  readonly member: MemberNeighbour;
  readonly receiveNotification: ReceivePaymentNotification;
  readonly askProvider: AskProvider;
  readonly once: Once;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

/** What is due of an order, or of an edit of it until its own time. */
type EditDue = Due & Partial<Pick<OrderEdit, 'expiresAt'>> & Pick<Payment, 'editId'>;

const retryAfterMs = 1_000;

/** Whether the provider's word had the effect that was wanted, or was no. What pays an edit is kept before the goods are changed. */
function isSettled({ captured, status, editId, refundedMinor }: Payment): boolean {
  const isKept = editId !== undefined && status === 'SUCCEEDED' && refundedMinor === 0;
  return captured || isKept || status === 'FAILED';
}

function providerUnavailable(provider: PaymentProviderName) {
  return {
    type: 'PaymentProviderUnavailableError',
    code: 'PAYMENT_PROVIDER_UNAVAILABLE',
    path: ['provider'],
    provider,
  } as const satisfies Refusal;
}

const unknownPayer = invalidInput(['scene'], {
  en: 'Sign in with WeChat in this mini-program first.',
  zh: '请先在此小程序中使用微信登录。',
});

export type PayOrder = ReturnType<typeof createPayOrder>;

/** Begins to pay what is due of a member's own order, once for each key; the provider's word makes it paid. */
export function createPayOrder(parts: PayOrderParts) {
  const { orders, payments, edits, providers, member: members, receiveNotification, askProvider } = parts;
  const { once, clock, log } = parts;

  /** Null when the provider has to know its user, who never signed in by it. */
  async function payerOf(provider: PaymentProvider, scene: PaymentScene, memberId: string, call: Call) {
    const appId = provider.payerApp(scene);
    if (appId === null) return { openId: null };
    const { openId } = await members.openIdOf({ memberId, appId }, call);
    return openId === null ? null : { openId };
  }

  /** What is to be paid of an order now: what is due of it, or what an edit of it costs more. */
  async function dueNow(order: Order): Promise<Outcome<EditDue>> {
    // What is due changes in a moment.
    if (order.status === 'PENDING_PAYMENT' && order.regroupingId != null) throw busy(retryAfterMs);
    const edit = order.status === 'PAID' ? await edits.awaitingOf(order._id) : null;
    if (edit === null) return dueOf(order);
    const { _id: editId, balanceMinor: amountMinor, expiresAt } = edit;
    return accepted({ amountMinor, part: null, editId, expiresAt });
  }

  async function intentFor(
    order: Order,
    { amountMinor, part, editId, expiresAt = order.expiresAt ?? clock.now() }: EditDue,
    provider: PaymentProvider,
    { scene, paymentId }: { readonly scene: PaymentScene; readonly paymentId: string },
  ): Promise<Payment> {
    const now = clock.now();
    const intent: Payment = {
      _id: paymentId,
      orderId: order._id,
      memberId: order.memberId,
      provider: provider.name,
      status: 'PENDING',
      amountMinor,
      ...(part === null ? {} : { part }),
      ...(editId === undefined ? {} : { editId }),
      currency: order.currency,
      clientParameters: null,
      transactionId: null,
      captured: false,
      refundedMinor: 0,
      createdAt: now,
      settledAt: null,
      task: { scene, expiresAt, askAt: nextAsk(0, now), asks: 0 },
    };
    await payments.record(intent);
    return intent;
  }

  /** What a provider does; null when it refuses. An answer that got lost makes the caller try again with the same key. */
  async function unlessRefused<T>(paymentId: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      log.error({ err: error, paymentId }, 'a provider did not do what it was asked');
      if (error.code === 'UNKNOWN') throw busy(retryAfterMs);
      return null;
    }
  }

  /** What an earlier try with the same key left behind; the provider is asked how far it is before anything is repeated. */
  async function earlierTry(paymentId: string): Promise<Payment | null> {
    const earlier = await payments.byId(paymentId);
    if (earlier?.status !== 'PENDING') return earlier;
    await unlessRefused(paymentId, () => askProvider(earlier));
    return payments.byId(paymentId);
  }

  async function stateRefused(orderId: string): Promise<Outcome<never>> {
    const order = await orders.byId(orderId);
    return refused(invalidState(['orderId'], { state: order?.status ?? 'CLOSED' }));
  }

  /** The payment when the provider's word is known by now, with the order where it was paid just now; null when it isn't yet. */
  async function payNow(
    request: PayOrderRequest,
    member: Member,
    call: Call,
    {
      order,
      paymentId,
      isFirst,
      answering,
    }: {
      order: Order | null;
      paymentId: string;
      isFirst: boolean | undefined;
      answering: Answering | undefined;
    },
  ): Promise<Outcome<(Pick<Paid, 'payment'> & Partial<Paid>) | null>> {
    const { scene } = request;
    if (order === null) return refused(notFound(['orderId'], 'order'));
    const provider = providers.byName(request.provider);
    const due = await dueNow(order);
    const amountMinor = due.ok ? due.value.amountMinor : order.totalMinor;
    if (provider === null || !provider.takes({ scene, currency: order.currency, amountMinor })) {
      return refused(providerUnavailable(request.provider));
    }
    const earlier = isFirst ? null : await earlierTry(paymentId);
    if (earlier !== null && isSettled(earlier)) return accepted({ payment: earlier });
    if (earlier !== null && earlier.status !== 'PENDING') return stateRefused(order._id);
    if (!due.ok) return due;
    const payer = await payerOf(provider, scene, member.memberId, call);
    if (payer === null) return refused(unknownPayer);
    const intent = earlier ?? (await intentFor(order, due.value, provider, { scene, paymentId }));
    await crashPoint('order.paying.intent-written');
    const begun = await unlessRefused(paymentId, () => provider.begin(intent, payer));
    await crashPoint('order.paying.provider-answered');
    if (begun === null) {
      await payments.fail(paymentId, paymentId, clock.now());
      return refused(providerUnavailable(request.provider));
    }
    const { clientParameters, reference, notification } = begun;
    if (reference !== undefined) await payments.nameAtProvider(paymentId, reference);
    if (clientParameters !== null) await payments.prepare(paymentId, clientParameters);
    if (notification === null) return accepted(null);
    const received = await receiveNotification(provider.name, notification, { payment: intent, answering });
    if (received.result === 'APPLIED' && received.paid !== undefined) return accepted(received.paid);
    const settled = await payments.byId(paymentId);
    if (settled !== null && isSettled(settled)) return accepted({ payment: settled });
    // Another payment, the timer or a cancellation was faster; this money goes back by itself.
    return stateRefused(order._id);
  }

  return async function payOrder(
    request: PayOrderRequest,
    member: Member,
    call: Call,
  ): Promise<Outcome<{ payment: Payment; order: Order }>> {
    const { orderId, provider, scene, idempotencyKey } = request;
    const read = () => orders.own(orderId, member.memberId);
    // Nearly every call is a first one: its order is read while the idempotency row is written. Whoever turns out to be none reads again.
    const early = read();
    early.catch(() => undefined);
    let settled = null as Partial<Paid> | null;
    const done = await once(
      {
        caller: member.memberId,
        operation: 'payOrder',
        key: idempotencyKey,
        input: { orderId, provider, scene },
        subject: 'payment',
      },
      async (paymentId, isFirst, answering) => {
        const order = await (isFirst ? early : read());
        const paid = await payNow(request, member, call, { order, paymentId, isFirst, answering });
        if (!paid.ok) return paid;
        settled = paid.value;
        return payAnswer(paymentId);
      },
    );
    if (!done.ok) return done;
    const [payment, order] = await Promise.all([
      settled?.payment ?? payments.byId(done.value),
      settled?.order ?? orders.byId(orderId),
    ]);
    if (payment === null || order === null) throw new Error(`the payment ${done.value} or its order is gone`);
    return accepted({ payment, order });
  };
}
