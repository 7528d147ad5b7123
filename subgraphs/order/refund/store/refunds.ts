import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import type { Refund } from '../domain/refund.ts';

/** Where refunds are kept. */
export function createRefunds(connection: Connection) {
  const model = defineModel<Refund>(
    connection,
    'Refund',
    {
      _id: { type: String, required: true },
      orderId: { type: String, required: true },
      paymentId: { type: String, required: true },
      cause: { type: String, required: true },
      afterSaleId: { type: String, default: null },
      receiptId: { type: String, default: null },
      amountMinor: { type: Number, required: true },
      goodsMinor: { type: Number, required: true },
      pointsReturned: { type: Number, required: true },
      pointsBack: { type: [{ orderId: String, points: Number }], default: undefined },
      partOf: String,
      currency: { type: String, required: true },
      lines: [{ orderLineId: String, skuId: String, quantity: Number }],
      status: { type: String, required: true },
      createdAt: { type: Date, required: true },
      settledAt: { type: Date, default: null },
      task: {
        _id: false,
        default: undefined,
        type: { askAt: { type: Date, required: true }, asks: { type: Number, required: true } },
      },
    },
    {
      collection: 'refunds',
      indexes: [
        { key: { orderId: 1, _id: 1 } },
        { key: { settledAt: 1 } },
        { key: { paymentId: 1 } },
        { key: { partOf: 1 }, partialFilterExpression: { partOf: { $exists: true } } },
        // One for an after-sale, or one for each receipt of its goods.
        {
          key: { afterSaleId: 1, receiptId: 1 },
          unique: true,
          partialFilterExpression: { afterSaleId: { $gt: '' } },
        },
        { key: { 'task.askAt': 1, createdAt: 1 }, partialFilterExpression: { status: 'PENDING' } },
      ],
    },
  );

  return {
    async byId(id: string): Promise<Refund | null> {
      return model.findOne({ _id: id }).lean<Refund>().exec();
    },

    async byIds(ids: readonly string[]): Promise<Refund[]> {
      return model
        .find({ _id: trusted({ $in: ids }) })
        .lean<Refund[]>()
        .exec();
    },

    /** The other parts of a refund that more than one payment had to give. */
    async partsOf(id: string): Promise<Refund[]> {
      return model.find({ partOf: id }).lean<Refund[]>().exec();
    },

    /** The refunds that were confirmed in a time, the end excluded. */
    async settledIn(from: Date, to: Date): Promise<Refund[]> {
      return model
        .find({ status: 'SUCCEEDED', settledAt: trusted({ $gte: from, $lt: to }) })
        .lean<Refund[]>()
        .exec();
    },

    /** The refunds of some orders, oldest first. */
    async ofOrders(orderIds: readonly string[]): Promise<Refund[]> {
      return model
        .find({ orderId: trusted({ $in: orderIds }) })
        .sort({ orderId: 1, _id: 1 })
        .lean<Refund[]>()
        .exec();
    },

    /** The refunds of one order as the caller's transaction sees them. */
    async ofOrder(orderId: string, session: ClientSession): Promise<Refund[]> {
      return model.find({ orderId }, null, { session }).lean<Refund[]>().exec();
    },

    async insert(session: ClientSession, refund: Refund): Promise<void> {
      await model.create([refund], { session });
    },

    async insertMany(session: ClientSession, refunds: readonly Refund[]): Promise<void> {
      await model.collection.insertMany(refunds as never, { session });
    },

    /** The provider confirmed it; false when that was known. */
    async succeed(session: ClientSession, id: string, at: Date): Promise<boolean> {
      const settled = await model
        .updateOne({ _id: id, status: 'PENDING' }, { $set: { status: 'SUCCEEDED', settledAt: at } }, { session })
        .exec();
      return settled.matchedCount === 1;
    },

    /** Notes that the provider is about to be asked, and when to ask again if that decides nothing. */
    async noteAsked(id: string, againAt: Date): Promise<void> {
      await model
        .updateOne({ _id: id, status: 'PENDING' }, { $set: { 'task.askAt': againAt }, $inc: { 'task.asks': 1 } })
        .exec();
    },

    /** Refunds decided before an instant that the provider hasn't confirmed and is to be asked about; those first that it was never asked about. */
    async pendingBefore(instant: Date, now: Date, limit: number): Promise<Refund[]> {
      return model
        .find({
          status: 'PENDING',
          createdAt: trusted({ $lte: instant }),
          'task.askAt': trusted({ $not: { $gt: now } }),
        })
        .sort({ 'task.askAt': 1, createdAt: 1 })
        .limit(limit)
        .lean<Refund[]>()
        .exec();
    },
  };
}

export type Refunds = ReturnType<typeof createRefunds>;
