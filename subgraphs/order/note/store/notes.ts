import type { Connection } from 'mongoose';
import { trusted } from '#kit/mongo/connect.ts';
import type { Order, StaffNote } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';

/** How many notes staff can write on one order. */
export const mostStaffNotes = 200;

/** What staff and shopper note on an order; kept in the order. */
export function createNotes(connection: Connection) {
  const model = orderModel(connection);
  const after = { returnDocument: 'after' } as const;
  return {
    async byId(orderId: string): Promise<Order | null> {
      return model.findOne({ _id: orderId, visible: true }).lean<Order>().exec();
    },

    /** Adds a note, once for its id. False when the order has as many as it can. */
    async add(orderId: string, note: StaffNote): Promise<boolean> {
      const full = `staffNotes.${mostStaffNotes - 1}`;
      const filter = { _id: orderId, visible: true, 'staffNotes.id': trusted({ $ne: note.id }) };
      const added = await model
        .updateOne({ ...filter, [full]: trusted({ $exists: false }) }, { $push: { staffNotes: note } })
        .exec();
      if (added.matchedCount === 1) return true;
      return (await model.exists({ _id: orderId, 'staffNotes.id': note.id }).exec()) !== null;
    },

    /** Changes the shopper's wish while nothing was shipped; null when something was, or the order is at its end. */
    async changeWish(orderId: string, note: string | null): Promise<Order | null> {
      return model
        .findOneAndUpdate(
          { _id: orderId, status: trusted({ $in: ['PENDING_PAYMENT', 'PAID'] as const }) },
          { $set: { note } },
          after,
        )
        .lean<Order>()
        .exec();
    },
  };
}

export type Notes = ReturnType<typeof createNotes>;
