import type { ClientSession, Connection } from 'mongoose';
import { newId } from '#kit/ids/ids.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { insertLate } from '#kit/mongo/late-inserts.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import type { Order } from '../../order/domain/order.ts';
import type { OrderStatus } from '../../order/domain/order-states.ts';
import { inFeedOrder, type OrderChangeRow } from '../domain/order-change.ts';

const batch = 500;

/**
 * The feed of order changes. A change is written with the move itself; its place in the feed is given later, by whoever reads: numbers come one after
 * the other from the highest that is there, under a unique index. A number is therefore never given before all lower ones are readable, so that a
 * reader who goes on from the last number it saw misses nothing that commits late, without waiting for a clock.
 */
export function createOrderChangeFeed(connection: Connection) {
  const model = defineModel<OrderChangeRow>(
    connection,
    'OrderChange',
    {
      _id: { type: String, required: true },
      sequence: Number,
      pending: Boolean,
      at: { type: Date, required: true },
      orderId: { type: String, required: true },
      moves: { type: Number, required: true },
      number: { type: String, required: true },
      status: { type: String, required: true },
      partnerId: { type: String, default: null },
      external: { type: { system: String, id: String }, default: null },
    },
    {
      collection: 'orderChanges',
      indexes: [
        { key: { sequence: 1 }, unique: true, partialFilterExpression: { sequence: { $exists: true } } },
        { key: { partnerId: 1, sequence: 1 }, partialFilterExpression: { sequence: { $exists: true } } },
        { key: { pending: 1, _id: 1 }, partialFilterExpression: { pending: true } },
      ],
    },
  );

  async function highest(): Promise<number> {
    const last = await model
      .findOne({ sequence: trusted({ $exists: true }) }, { sequence: 1 })
      .sort({ sequence: -1 })
      .lean<{ sequence?: number }>()
      .exec();
    return last?.sequence ?? 0;
  }

  /** Gives places to a batch; false when there was nothing left to do. The highest number is read before the rows: the other way round, a twin could leave a gap. */
  async function placeBatch(): Promise<boolean> {
    const base = await highest();
    const waiting = await model.find({ pending: true }).sort({ _id: 1 }).limit(batch).lean<OrderChangeRow[]>().exec();
    if (waiting.length === 0) return false;
    try {
      await model.bulkWrite(
        inFeedOrder(waiting).map(({ _id }, index) => ({
          updateOne: {
            filter: { _id, pending: true },
            update: { $set: { sequence: base + 1 + index }, $unset: { pending: 1 } },
          },
        })),
        { ordered: true },
      );
    } catch (error) {
      // A twin was faster; what is left is placed behind it.
      if (!isDuplicateKey(error) && !(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
    }
    return true;
  }

  return {
    /** Writes a change in the transaction of the move. */
    async append(session: ClientSession, order: Order, at: Date): Promise<void> {
      await insertLate(session, rowsOf(model), [rowOf(order, at)]);
    },

    async insertMany(session: ClientSession, orders: readonly Order[]): Promise<void> {
      const rows = orders.map((order) => rowOf(order, order.timeline.at(-1)?.at ?? order.placedAt));
      await model.collection.insertMany(rows as never, { session });
    },

    /** Gives every change that is written a place. */
    async settle(): Promise<void> {
      while (await placeBatch());
    },

    /** The query of the changes behind `after`, of one partner or of all; for running and for explaining. */
    changes(after: number, limit: number, partnerId: string | null) {
      return model
        .find({ ...(partnerId === null ? {} : { partnerId }), sequence: trusted({ $gt: after }) })
        .sort({ sequence: 1 })
        .limit(limit)
        .lean<OrderChangeRow[]>();
    },
  };
}

export type OrderChangeFeed = ReturnType<typeof createOrderChangeFeed>;

function rowOf(order: Order, at: Date): OrderChangeRow {
  return {
    _id: newId('timeline'),
    pending: true,
    at,
    orderId: order._id,
    moves: order.timeline.length,
    number: order.number,
    // Drafts never come here: only moves of visible orders are appended.
    status: order.status as OrderStatus,
    partnerId: order.external?.partnerId ?? null,
    external: order.external === null ? null : { system: order.external.system, id: order.external.id },
  };
}
