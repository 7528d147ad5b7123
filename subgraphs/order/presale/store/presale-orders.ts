import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import type { Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';
import type { PresaleOrder } from '../domain/order-presale.ts';

/** A presale that was called off, while orders of it may still turn up. */
export interface WithdrawnPresale {
  readonly _id: string;
  readonly at: Date;
}

/** Orders of presales among all orders, and the presales that were called off. */
export function createPresaleOrders(connection: Connection) {
  const orders = orderModel(connection);
  const withdrawn = defineModel<WithdrawnPresale>(
    connection,
    'WithdrawnPresale',
    { _id: { type: String, required: true }, at: { type: Date, required: true } },
    { collection: 'withdrawnPresales' },
  );

  const waitingQuery = (now: Date, limit: number) =>
    orders
      .find({
        status: 'PENDING_PAYMENT',
        'presale.phase': 'DEPOSIT_PAID',
        'presale.holdAt': trusted({ $exists: true, $lte: now }),
        'presale.balanceTo': trusted({ $gt: now }),
      })
      .sort({ 'presale.holdAt': 1 })
      .limit(limit);
  const unpaidOfQuery = (presaleId: string, limit: number) =>
    orders
      .find({ status: 'PENDING_PAYMENT', 'presale.presaleId': trusted({ $exists: true, $eq: presaleId }) })
      .sort({ _id: 1 })
      .limit(limit);

  return {
    waitingQuery,
    unpaidOfQuery,
    /** Orders whose deposit is paid and whose goods are to be held now, the longest due first. */
    waiting: (now: Date, limit: number): Promise<PresaleOrder[]> =>
      waitingQuery(now, limit).lean<PresaleOrder[]>().exec(),
    /** There are no goods for these yet: they are to be asked for again at that time. */
    async holdLater(orderIds: readonly string[], at: Date): Promise<void> {
      await orders
        .updateMany(
          { _id: trusted({ $in: orderIds }), 'presale.phase': 'DEPOSIT_PAID' },
          { $set: { 'presale.holdAt': at } },
        )
        .exec();
    },
    /** Orders of a presale that aren't paid, deposit or balance. */
    unpaidOf: (presaleId: string, limit: number): Promise<Pick<Order, '_id' | 'presale'>[]> =>
      unpaidOfQuery(presaleId, limit).select({ presale: 1 }).lean<Pick<Order, '_id' | 'presale'>[]>().exec(),
    /** Notes that a presale was called off; the first note counts. */
    async withdraw(session: ClientSession, { _id, at }: WithdrawnPresale): Promise<void> {
      await withdrawn.updateOne({ _id }, { $setOnInsert: { at } }, { upsert: true, session }).exec();
    },
    withdrawn: (): Promise<WithdrawnPresale[]> => withdrawn.find().lean<WithdrawnPresale[]>().exec(),
    /** No order of it can turn up any more. */
    async forgetWithdrawn(presaleId: string): Promise<void> {
      await withdrawn.deleteOne({ _id: presaleId }).exec();
    },
  };
}

export type PresaleOrders = ReturnType<typeof createPresaleOrders>;
