import type { Logger } from 'pino';
import { actorOf, type StartedAction } from '#kit/audit-log/audit-entry.ts';
import type { AuditLog } from '#kit/audit-log/audit-log.ts';
import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { refundedFact } from '../../order/domain/order-facts.ts';
import type { Orders } from '../../order/store/orders.ts';
import { nextAsk } from '../../payment/domain/next-ask.ts';
import type { Payments } from '../../payment/store/payments.ts';
import type { RefundMoney } from '../../payment/providers/payment-provider.ts';
import { payersOf, pointsBackOf } from '../../split-and-merge/domain/lineage.ts';
import { overPayments } from '../domain/over-payments.ts';
import type { Refund } from '../domain/refund.ts';
import type { Refunds } from '../store/refunds.ts';

interface RefundDeskParts {
  readonly refunds: Refunds;
  readonly payments: Payments;
  readonly orders: Orders;
  /** Asks the payment's provider to give money back, or how far that is; the same refund id any number of times gives it back once. */
  readonly refundMoney: RefundMoney;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

/** What is decided about a refund; the payment is found by the order unless it is named, and most are for no receipt of returned goods. */
export type RefundOrder = Omit<Refund, 'paymentId' | 'receiptId' | 'status' | 'createdAt' | 'settledAt' | 'task'> & {
  readonly paymentId?: string;
  readonly receiptId?: string | null;
};

export type RefundDesk = ReturnType<typeof createRefundDesk>;

/**
 * Gives money back: first the intent, in the transaction of the decision, never more than the payment brought; then the provider, with the intent's id
 * as its key; then the record that it was done, with the event.
 */
export function createRefundDesk(parts: RefundDeskParts) {
  const { refunds, payments, orders, refundMoney, auditLog, transact, clock, log } = parts;

  async function carryOut(refundId: string): Promise<void> {
    const refund = await refunds.byId(refundId);
    if (refund === null || refund.status === 'SUCCEEDED') return;
    const payment = await payments.byId(refund.paymentId);
    if (payment === null) throw new Error(`the payment ${refund.paymentId} of the refund ${refundId} is gone`);
    const at = clock.now();
    const asks = refund.task?.asks ?? 0;
    await refunds.noteAsked(refundId, nextAsk(asks, at));
    await crashPoint('order.refunding.noted');
    const answer = await refundMoney(payment, refund, asks > 0);
    await crashPoint('order.refunding.money-back');
    if (answer === 'FAILED') log.error({ refundId }, 'the provider could not give money back: see to it there');
    if (answer !== 'SUCCEEDED') return;
    await transact(async (session) => {
      if (!(await refunds.succeed(session, refundId, at))) return;
      await auditLog.append(session, moneyWent(refund));
      await orders.tellFact(session, refund.orderId, at, refundedFact({ ...refund, refundId }));
      await crashPoint('order.refunding.before-record');
    });
    await crashPoint('order.refunding.recorded');
  }

  return {
    /** Writes the intent in the caller's transaction, one for each payment that has to give. Throws, undoing it, when they don't hold that much any more. */
    async open(session: Session, asked: RefundOrder): Promise<void> {
      const order = await orders.byId(asked.orderId, session);
      if (order === null) throw new Error(`the order ${asked.orderId} is gone`);
      const named = asked.paymentId === undefined ? null : await payments.byId(asked.paymentId, session);
      const holders = named === null ? await payments.capturedFor(payersOf(order), session) : [named];
      const pointsBack = pointsBackOf(order, asked.pointsReturned);
      for (const share of overPayments(asked, holders, () => newId('refund'))) {
        if (!(await payments.countRefund(session, share.paymentId, share.amountMinor)))
          throw new Error(`the payment ${share.paymentId} doesn't hold ${share.amountMinor} to give back`);
        await refunds.insert(session, {
          ...asked,
          ...share,
          ...(share.partOf === undefined && pointsBack !== undefined ? { pointsBack } : {}),
          receiptId: asked.receiptId ?? null,
          status: 'PENDING',
          createdAt: clock.now(),
          settledAt: null,
        });
      }
    },

    /** Carries an intent out now. When the provider can't be asked the money goes back later, by a job: the decision stands. */
    async carryOut(refundId: string): Promise<void> {
      try {
        await carryOut(refundId);
        for (const part of await refunds.partsOf(refundId)) await carryOut(part._id);
      } catch (error) {
        log.error({ err: error, refundId }, 'a refund could not be carried out yet');
      }
    },
  };
}

function moneyWent({ _id, orderId, paymentId, afterSaleId, cause, amountMinor, currency }: Refund): StartedAction {
  return {
    actor: actorOf(systemViewer('order')),
    action: 'refund.given',
    facts: { cause, amountMinor, currency },
    subjects: [_id, orderId, paymentId, ...(afterSaleId === null ? [] : [afterSaleId])],
    requestId: orderId,
  };
}
