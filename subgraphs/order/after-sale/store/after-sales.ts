import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { afterSaleTransitions, type AfterSale, type AfterSaleMove } from '../domain/after-sale.ts';

/** Where after-sales are kept. */
export function createAfterSales(connection: Connection) {
  const model = defineModel<AfterSale>(
    connection,
    'AfterSale',
    {
      _id: { type: String, required: true },
      orderId: { type: String, required: true },
      memberId: { type: String, required: true },
      kind: { type: String, required: true },
      status: { type: String, required: true },
      lines: [{ orderLineId: String, skuId: String, quantity: Number, refundMinor: Number }],
      refundMinor: { type: Number, required: true },
      currency: { type: String, required: true },
      reason: { type: String, required: true },
      refusal: { type: String, default: null },
      createdAt: { type: Date, required: true },
      updatedAt: { type: Date, required: true },
    },
    {
      collection: 'afterSales',
      indexes: [{ key: { orderId: 1, _id: 1 } }, { key: { status: 1, updatedAt: 1 } }],
    },
  );

  return {
    async byId(id: string): Promise<AfterSale | null> {
      return model.findOne({ _id: id }).lean<AfterSale>().exec();
    },

    async byIds(ids: readonly string[]): Promise<AfterSale[]> {
      return model
        .find({ _id: trusted({ $in: ids }) })
        .lean<AfterSale[]>()
        .exec();
    },

    /** The after-sales of some orders, oldest first. */
    async ofOrders(orderIds: readonly string[]): Promise<AfterSale[]> {
      return model
        .find({ orderId: trusted({ $in: orderIds }) })
        .sort({ orderId: 1, _id: 1 })
        .lean<AfterSale[]>()
        .exec();
    },

    async insert(session: ClientSession, afterSale: AfterSale): Promise<void> {
      await model.create([afterSale], { session });
    },

    /** Makes a move if the after-sale is still in the state it leaves; null if it isn't. */
    async move(
      id: string,
      move: AfterSaleMove,
      at: Date,
      set: { refusal?: string; refundMinor?: number } = {},
      session?: ClientSession,
    ): Promise<AfterSale | null> {
      const { from, to } = afterSaleTransitions[move];
      return model
        .findOneAndUpdate(
          { _id: id, status: trusted({ $in: from }) },
          { $set: { ...set, status: to, updatedAt: at } },
          { returnDocument: 'after', session },
        )
        .lean<AfterSale>()
        .exec();
    },

    /** Granted after-sales whose money should have gone back before an instant: approved refunds and received returns. */
    async unfinishedBefore(instant: Date, limit: number): Promise<AfterSale[]> {
      return model
        .find({
          $or: [
            { status: 'RETURNED', updatedAt: trusted({ $lte: instant }) },
            { status: 'APPROVED', kind: 'REFUND_ONLY', updatedAt: trusted({ $lte: instant }) },
          ],
        })
        .limit(limit)
        .lean<AfterSale[]>()
        .exec();
    },
  };
}

export type AfterSales = ReturnType<typeof createAfterSales>;
