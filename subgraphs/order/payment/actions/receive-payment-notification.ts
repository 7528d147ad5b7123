import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { Answering } from '#kit/idempotency/idempotency.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import type { PaymentProviderName } from '../domain/payment.ts';
import { NotificationRefused, type Notification, type RawNotification } from '../providers/payment-provider.ts';
import type { Providers } from '../providers/providers.ts';
import type { Payment } from '../domain/payment.ts';
import type { Payments } from '../store/payments.ts';
import type { Paid, SettlePayment } from './settle-payment.ts';

interface ReceiveParts {
  readonly payments: Payments;
  readonly providers: Providers;
  readonly settlePayment: SettlePayment;
  readonly refundDesk: RefundDesk;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

/** `APPLIED` now, with what is paid where it paid an order; `DUPLICATE` of one that was: both are done and needn't come again. `REFUSED` must not be believed; the reason is for the log. */
export type NotificationResult =
  | { readonly result: 'APPLIED'; readonly paid?: Paid }
  | { readonly result: 'DUPLICATE' }
  | { readonly result: 'REFUSED'; readonly reason: string };

/** The payment that a provider has answered with a notification, and the call that asked it. */
export interface Begun {
  /** As it was recorded. */
  readonly payment: Payment;
  readonly answering: Answering | undefined;
}

export type ReceivePaymentNotification = ReturnType<typeof createReceivePaymentNotification>;

/** Takes a provider's callback, any number of times and in any order. Signature, time, merchant, order, currency and amount must match the intent. `begun`: when a provider has answered a call with it. */
export function createReceivePaymentNotification(parts: ReceiveParts) {
  const { payments, providers, settlePayment, refundDesk, clock, log } = parts;

  return async function receivePaymentNotification(
    provider: PaymentProviderName,
    raw: RawNotification,
    begun?: Begun,
  ): Promise<NotificationResult> {
    const refuse = (reason: string): NotificationResult => {
      log.error({ provider, reason }, 'a payment notification was refused');
      return { result: 'REFUSED', reason };
    };
    const speaker = providers.byName(provider);
    if (speaker === null) return refuse('PROVIDER');
    let read: Notification;
    try {
      read = speaker.verify(raw, clock.now());
    } catch (error) {
      if (error instanceof NotificationRefused) return refuse(error.reason);
      throw error;
    }
    if (read.about === 'NOTHING') return { result: 'DUPLICATE' };
    if (read.about === 'REFUND') {
      // A refund is settled by what the provider answers when it is asked: the callback only says that it is worth asking.
      await refundDesk.carryOut(read.refundId);
      return { result: 'APPLIED' };
    }
    const { paymentId } = read.said;
    const payment = begun?.payment._id === paymentId ? begun.payment : await payments.byId(paymentId);
    if (payment === null || payment.provider !== provider) return refuse('PAYMENT');
    const settled = await settlePayment(payment, read.said, begun?.answering);
    return settled.result === 'APPLIED' || settled.result === 'DUPLICATE' ? settled : refuse(settled.result);
  };
}
