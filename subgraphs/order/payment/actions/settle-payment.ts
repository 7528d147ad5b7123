import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { pay } from '../../order/domain/order-changes.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import { mismatch, type Payment, type PaymentNotification } from '../domain/payment.ts';
import type { Payments } from '../store/payments.ts';

interface SettleParts {
  readonly payments: Payments;
  readonly orders: Orders;
  readonly refundDesk: RefundDesk;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** `APPLIED` now, `DUPLICATE` of what was known; otherwise what doesn't match the intent, and nothing was done. */
export type Settled = 'APPLIED' | 'DUPLICATE' | 'ORDER' | 'AMOUNT' | 'CURRENCY';

export type SettlePayment = ReturnType<typeof createSettlePayment>;

/**
 * Makes a provider's word about a payment true here, called back or asked for, any number of times: what it says has one effect. Order, currency and amount
 * must match the intent. Money for an order that can't be paid (any more) goes straight back.
 */
export function createSettlePayment({ payments, orders, refundDesk, transact, clock, log }: SettleParts) {
  async function succeed(said: PaymentNotification): Promise<Settled> {
    const at = clock.now();
    const refundId = newId('refund');
    const effect = await transact(async (session) => {
      if (!(await payments.succeed(session, said.paymentId, said.transactionId, at))) return 'DUPLICATE';
      await crashPoint('order.paying.before-settle');
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
    await crashPoint('order.paying.settled');
    if (effect !== 'LATE') return effect;
    log.warn(
      { orderId: said.orderId, paymentId: said.paymentId },
      'money came for an order that could not be paid; it goes back',
    );
    await refundDesk.carryOut(refundId);
    return 'APPLIED';
  }

  return async function settlePayment(payment: Payment, said: PaymentNotification): Promise<Settled> {
    const wrong = mismatch(payment, said);
    if (wrong !== null) return wrong;
    if (said.outcome === 'SUCCEEDED') return succeed(said);
    const failed = await payments.fail(payment._id, said.transactionId, clock.now());
    return failed ? 'APPLIED' : 'DUPLICATE';
  };
}
