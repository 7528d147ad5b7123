import type { ClientSession, Connection } from 'mongoose';
import { trusted } from '#kit/mongo/connect.ts';
import { attemptOf, type Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';

/** Money that came for orders which had been closed; kept in the order. Every write is conditional on what it leaves. */
export function createLatePayments(connection: Connection) {
  const model = orderModel(connection);
  const after = { returnDocument: 'after' } as const;

  return {
    /** Notes money for a closed order and begins its next attempt. Null when the order isn't closed, owes another amount, came from a presale, or is being tried already. */
    async begin(
      session: ClientSession,
      money: { orderId: string; paymentId: string; amountMinor: number },
      { at, leaseUntil }: { at: Date; leaseUntil: Date },
    ): Promise<Order | null> {
      const closed = {
        _id: money.orderId,
        status: 'CLOSED',
        totalMinor: money.amountMinor,
        latePayment: null,
        presale: null,
      } as const;
      const before = await model.findOne(closed, null, { session }).lean<Order>().exec();
      if (before === null) return null;
      const latePayment = { paymentId: money.paymentId, receivedAt: at, leaseUntil, decision: null };
      return model
        .findOneAndUpdate(closed, { $set: { latePayment, attempt: attemptOf(before) + 1 } }, { ...after, session })
        .lean<Order>()
        .exec();
    },

    /** Those that nobody works on any more. */
    async stale(now: Date, limit: number): Promise<Order[]> {
      return model
        .find({ status: 'CLOSED', 'latePayment.leaseUntil': trusted({ $lte: now }) })
        .sort({ 'latePayment.leaseUntil': 1 })
        .limit(limit)
        .lean<Order[]>()
        .exec();
    },

    /** Takes over one that nobody works on; null when somebody was faster. */
    async takeOver(orderId: string, now: Date, leaseUntil: Date): Promise<Order | null> {
      return model
        .findOneAndUpdate(
          { _id: orderId, status: 'CLOSED', 'latePayment.leaseUntil': trusted({ $lte: now }) },
          { $set: { 'latePayment.leaseUntil': leaseUntil } },
          after,
        )
        .lean<Order>()
        .exec();
    },

    /** Decides that the money goes back; final. False when the order was paid with it, or that was decided before. */
    async decideRefund(session: ClientSession, orderId: string, paymentId: string): Promise<boolean> {
      const decided = await model
        .updateOne(
          { _id: orderId, status: 'CLOSED', 'latePayment.paymentId': paymentId, 'latePayment.decision': null },
          { $set: { 'latePayment.decision': 'REFUND' } },
          { session },
        )
        .exec();
      return decided.matchedCount === 1;
    },

    /** Nothing is held for it any more. */
    async end(orderId: string, paymentId: string): Promise<void> {
      await model
        .updateOne(
          { _id: orderId, 'latePayment.paymentId': paymentId, 'latePayment.decision': 'REFUND' },
          { $set: { latePayment: null } },
        )
        .exec();
    },
  };
}

export type LatePayments = ReturnType<typeof createLatePayments>;
