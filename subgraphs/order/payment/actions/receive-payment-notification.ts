import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import { pay } from '../../order/domain/order-changes.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import type { Transact } from '../../session.ts';
import { mismatch, type PaymentNotification, type PaymentProviderName } from '../domain/payment.ts';
import { NotificationRefused, type RawNotification } from '../providers/payment-provider.ts';
import type { Providers } from '../providers/providers.ts';
import type { Payments } from '../store/payments.ts';

interface ReceiveParts {
  readonly payments: Payments;
  readonly orders: Orders;
  readonly providers: Providers;
  readonly refundDesk: RefundDesk;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

/** `APPLIED` now, `DUPLICATE` of one that was: both are done and needn't come again. `REFUSED` must not be believed; the reason is for the log. */
export type NotificationResult =
  | { readonly result: 'APPLIED' | 'DUPLICATE' }
  | { readonly result: 'REFUSED'; readonly reason: string };

export type ReceivePaymentNotification = ReturnType<typeof createReceivePaymentNotification>;

/**
 * Takes a provider's word about a payment, whichever way it came, any number of times: what it says has one effect. Signature, time, order, currency and
 * amount must match the intent. Money for an order that can't be paid (any more) goes straight back.
 */
export function createReceivePaymentNotification(parts: ReceiveParts) {
  const { payments, orders, providers, refundDesk, transact, clock, log } = parts;

  async function succeed(said: PaymentNotification): Promise<NotificationResult> {
    const at = clock.now();
    const refundId = newId('refund');
    const effect = await transact(async (session) => {
      if (!(await payments.succeed(session, said.paymentId, said.transactionId, at))) return 'DUPLICATE';
      const mover = { at, actor: 'member' } as const;
      const paid = await orders.change(session, said.orderId, pay({ totalMinor: said.amountMinor }, mover));
      if (paid !== null) {
        await payments.capture(session, said.paymentId);
        await payments.closeOpen(session, said.orderId);
        return 'APPLIED';
      }
      const { orderId, paymentId, amountMinor, currency } = said;
      await refundDesk.open(session, {
        _id: refundId,
        orderId,
        paymentId,
        cause: 'LATE_PAYMENT',
        afterSaleId: null,
        amountMinor,
        goodsMinor: 0,
        pointsReturned: 0,
        currency,
        lines: [],
      });
      return 'LATE';
    });
    if (effect !== 'LATE') return { result: effect };
    log.warn(
      { orderId: said.orderId, paymentId: said.paymentId },
      'money came for an order that could not be paid; it goes back',
    );
    await refundDesk.carryOut(refundId);
    return { result: 'APPLIED' };
  }

  return async function receivePaymentNotification(
    provider: PaymentProviderName,
    raw: RawNotification,
  ): Promise<NotificationResult> {
    const refuse = (reason: string): NotificationResult => {
      log.error({ provider, reason }, 'a payment notification was refused');
      return { result: 'REFUSED', reason };
    };
    const speaker = providers.byName(provider);
    if (speaker === null) return refuse('PROVIDER');
    let said: PaymentNotification;
    try {
      said = speaker.verify(raw, clock.now());
    } catch (error) {
      if (error instanceof NotificationRefused) return refuse(error.reason);
      throw error;
    }
    const payment = await payments.byId(said.paymentId);
    if (payment === null || payment.provider !== provider) return refuse('PAYMENT');
    const wrong = mismatch(payment, said);
    if (wrong !== null) return refuse(wrong);
    if (said.outcome === 'SUCCEEDED') return succeed(said);
    const failed = await payments.fail(payment._id, said.transactionId, clock.now());
    return { result: failed ? 'APPLIED' : 'DUPLICATE' };
  };
}
