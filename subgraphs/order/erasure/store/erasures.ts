import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { endStatuses } from '../../order/domain/order-states.ts';
import type { Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';

/** A member who was erased while an order still needed to know whom it is for. */
interface ErasureRow {
  /** The member's id. */
  _id: string;
  /** When it is looked again whether all of their orders are over. */
  dueAt: Date;
}

/** Erasures that wait for orders. */
export function createErasures(connection: Connection) {
  const orders = orderModel(connection);
  const waiting = defineModel<ErasureRow>(
    connection,
    'Erasure',
    { _id: { type: String, required: true }, dueAt: { type: Date, required: true } },
    { collection: 'erasures', indexes: [{ key: { dueAt: 1 } }] },
  );

  return {
    /** A member's orders that aren't at their end, also those that are just being placed. */
    async openOrdersOf(memberId: string, session?: ClientSession): Promise<string[]> {
      const conditions = [
        { memberId, visible: true, status: trusted({ $nin: endStatuses }) },
        // By the index of the placings under way.
        { memberId, status: 'PLACING' as const, 'placing.leaseUntil': trusted({ $gt: new Date(0) }) },
      ];
      const found: string[] = [];
      for (const condition of conditions) {
        const rows = await orders.find(condition, { _id: 1 }, { session }).lean<Pick<Order, '_id'>[]>().exec();
        found.push(...rows.map(({ _id }) => _id));
      }
      return found;
    },

    /** Writes down that a member is still to be forgotten. */
    async postpone(session: ClientSession, memberId: string, dueAt: Date): Promise<void> {
      await waiting.updateOne({ _id: memberId }, { $set: { dueAt } }, { session, upsert: true }).exec();
    },

    /** Nothing is left to forget of a member. */
    async end(session: ClientSession, memberId: string): Promise<void> {
      await waiting.deleteOne({ _id: memberId }, { session }).exec();
    },

    /** Members who are to be looked at by `now`, those who wait longest first. */
    async due(now: Date, limit: number): Promise<string[]> {
      const rows = await waiting
        .find({ dueAt: trusted({ $lte: now }) })
        .sort({ dueAt: 1 })
        .limit(limit)
        .lean<ErasureRow[]>()
        .exec();
      return rows.map(({ _id }) => _id);
    },
  };
}

export type Erasures = ReturnType<typeof createErasures>;
