import type { ClientSession, Connection } from 'mongoose';
import { trusted } from '#kit/mongo/connect.ts';
import { attemptOf, type Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';

/** Money that came for orders which had been closed; kept in the order. Every write is conditional on what it leaves. */
export function createLatePayments(connection: Connection) {
  const model = orderModel(connection);
  const after = { returnDocument: 'after' } as const;

  return {
    /**
     * Notes money for a closed order and begins its next attempt. Null when the order isn't closed, owes another amount, or is being tried already. Of a presale it is the balance
     * that can come late, as long as the shop has the deposit.
     */
    async begin(
      session: ClientSession,
      money: { orderId: string; paymentId: string; amountMinor: number; part?: 'BALANCE' },
      { at, leaseUntil }: { at: Date; leaseUntil: Date },
    ): Promise<Order | null> {
      const closed: Record<string, unknown> = {
        _id: money.orderId,
        status: 'CLOSED',
        latePayment: null,
        ...owing(money),
      };
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

/** What must hold of a closed order for money to be what it owed: the whole, or the balance of a presale whose deposit the shop has kept. */
function owing({ amountMinor, part }: { amountMinor: number; part?: 'BALANCE' }): Record<string, unknown> {
  if (part === undefined) return { totalMinor: amountMinor, presale: null };
  const kept = trusted({ $gt: 0 });
  return { 'presale.phase': 'CLOSED', 'presale.balanceMinor': amountMinor, 'presale.forfeitedMinor': kept };
}

export type LatePayments = ReturnType<typeof createLatePayments>;
