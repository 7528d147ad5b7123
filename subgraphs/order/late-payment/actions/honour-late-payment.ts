import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { payLate } from '../../order/domain/order-changes.ts';
import type { LatePayment, Order } from '../../order/domain/order.ts';
import type { PlacingStep } from '../../order/steps/placing-step.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { Payments } from '../../payment/store/payments.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import type { LatePayments } from '../store/late-payments.ts';

interface HonourParts {
  readonly latePayments: LatePayments;
  readonly orders: Orders;
  readonly payments: Payments;
  readonly refundDesk: RefundDesk;
  readonly steps: readonly PlacingStep[];
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** How long a neighbour that can't be asked is waited for before the money goes back. */
const patienceMs = 5 * 60_000;

export type HonourLatePayment = ReturnType<typeof createHonourLatePayment>;

/**
 * Money came for an order that had been closed: everything the order needs is held again, as its next attempt, and it is paid; or, when something can't be had any
 * more, all of it and the money go back. The outcome is decided by one conditional write to the order, so that whoever comes after a crash finishes what they find.
 */
export function createHonourLatePayment(parts: HonourParts) {
  const { latePayments, orders, payments, refundDesk, steps, transact, clock, log } = parts;
  const stepsOf = (order: Order) => steps.filter((step) => step.applies(order));

  async function keep(order: Order, late: LatePayment): Promise<void> {
    await transact(async (session) => {
      if ((await orders.change(session, order._id, payLate(order, late))) === null) return;
      await payments.captureAll(session, [{ paymentId: late.paymentId, orderId: order._id }]);
      await crashPoint('order.late-payment.before-keep');
    });
    await crashPoint('order.late-payment.kept');
  }

  /** Decides for the refund and gives it, once; then gives up what is held. */
  async function giveBack(order: Order, late: LatePayment, call: Call): Promise<void> {
    const refundId = newId('refund');
    const { _id: orderId, currency } = order;
    const amountMinor = order.presale?.balanceMinor ?? order.totalMinor;
    const decided = await transact(async (session) => {
      if (!(await latePayments.decideRefund(session, orderId, late.paymentId))) return false;
      await orders.note(session, orderId, { at: clock.now(), actor: 'system', note: 'LATE_PAYMENT_REFUNDED' });
      const what = { cause: 'LATE_PAYMENT', afterSaleId: null, amountMinor, currency, lines: [] } as const;
      await refundDesk.open(session, {
        ...what,
        _id: refundId,
        orderId,
        paymentId: late.paymentId,
        goodsMinor: 0,
        pointsReturned: 0,
      });
      await crashPoint('order.late-payment.before-refund');
      return true;
    });
    await crashPoint('order.late-payment.refund-decided');
    if (!decided) return;
    log.warn({ orderId, paymentId: late.paymentId }, 'money came for a closed order that could not be held again');
    await refundDesk.carryOut(refundId);
    await undo(order, late, call);
  }

  async function undo(order: Order, late: LatePayment, call: Call): Promise<void> {
    for (const step of stepsOf(order).toReversed()) await step.undo(order, call);
    await crashPoint('order.late-payment.given-back');
    await latePayments.end(order._id, late.paymentId);
  }

  /** Brings a late payment nearer to its end. Throws when a neighbour can't be asked: then it is to be tried again. */
  return async function honourLatePayment(order: Order, call: Call): Promise<void> {
    const late = order.latePayment ?? null;
    if (late === null) return;
    if (late.decision === 'REFUND') return undo(order, late, call);
    const heldAgain = { ...order, expiresAt: late.receivedAt };
    const settled = await Promise.allSettled(stepsOf(order).map((step) => step.hold(heldAgain, call)));
    await crashPoint('order.late-payment.held');
    if (settled.some((result) => result.status === 'fulfilled' && !result.value.ok)) return giveBack(order, late, call);
    const failure = settled.find((result) => result.status === 'rejected');
    if (failure === undefined) return keep(order, late);
    if (clock.now().getTime() - late.receivedAt.getTime() >= patienceMs) return giveBack(order, late, call);
    throw failure.reason;
  };
}
