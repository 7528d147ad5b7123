import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import type { Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';
import type { Regrouping } from '../domain/regrouping.ts';

/** Where splits and merges are kept, and the marks that they leave on orders. */
export function createRegroupings(connection: Connection) {
  const orders = orderModel(connection);
  const model = defineModel<Regrouping>(
    connection,
    'Regrouping',
    {
      _id: { type: String, required: true },
      kind: { type: String, required: true },
      from: [String],
      to: [
        {
          orderId: String,
          number: String,
          lines: [{ fromLineId: String, lineId: String, quantity: Number }],
        },
      ],
      actor: { type: String, required: true },
      requestedAt: { type: Date, required: true },
      state: { type: String, required: true },
      leaseUntil: { type: Date, required: true },
    },
    {
      collection: 'regroupings',
      indexes: [{ key: { leaseUntil: 1 }, partialFilterExpression: { state: 'BEGUN' } }],
    },
  );

  /** One that nobody works on any more. */
  const abandoned = (now: Date) => ({ state: 'BEGUN' as const, leaseUntil: trusted({ $lte: now }) });

  return {
    async byId(id: string): Promise<Regrouping | null> {
      return model.findOne({ _id: id }).lean<Regrouping>().exec();
    },

    /** Writes it down and marks its orders; false, and the transaction is to be undone, when one of them isn't free for it. */
    async begin(session: ClientSession, regrouping: Regrouping): Promise<boolean> {
      const { _id, ...fields } = regrouping;
      // One that was given up may be begun again by the same call.
      await model.updateOne({ _id, state: 'GIVEN_UP' }, { $set: fields }, { session, upsert: true }).exec();
      const free = { status: 'PAID', cancellation: null, regroupingId: null, addressChange: null } as const;
      const marked = await orders
        .updateMany(
          { _id: trusted({ $in: regrouping.from }), ...free },
          { $set: { regroupingId: regrouping._id } },
          { session },
        )
        .exec();
      return marked.matchedCount === regrouping.from.length;
    },

    /** Ends it; false when somebody else has. The marks go with it. */
    async end(session: ClientSession, id: string, state: 'DONE' | 'GIVEN_UP'): Promise<boolean> {
      const ended = await model.updateOne({ _id: id, state: 'BEGUN' }, { $set: { state } }, { session }).exec();
      if (ended.matchedCount === 0) return false;
      await orders.updateMany({ regroupingId: id }, { $set: { regroupingId: null } }, { session }).exec();
      return true;
    },

    /** Writes the orders that take the place of others. */
    async insert(session: ClientSession, made: readonly Order[]): Promise<void> {
      await orders.collection.insertMany(made as never, { session });
    },

    /** Whether there is one to take over. */
    async hasAbandoned(now: Date): Promise<boolean> {
      return (await model.exists(abandoned(now)).exec()) !== null;
    },

    /** Takes over one that nobody works on any more, the longest waiting first; null when there is none. */
    async takeOver(now: Date, leaseUntil: Date): Promise<Regrouping | null> {
      return model
        .findOneAndUpdate(
          abandoned(now),
          { $set: { leaseUntil } },
          { sort: { leaseUntil: 1 }, returnDocument: 'after' },
        )
        .lean<Regrouping>()
        .exec();
    },
  };
}

export type Regroupings = ReturnType<typeof createRegroupings>;
