import type { ClientSession, Connection } from 'mongoose';
import type { Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';
import type { EditedAmounts } from '../domain/edited-order.ts';
import type { OrderEdit } from '../domain/order-edit.ts';

type Edited = Pick<OrderEdit, '_id' | 'orderId'>;

/** Orders that are being edited. The mark is the one of splits and merges, so that one change at a time is made to an order. */
export function createEditedOrders(connection: Connection) {
  const model = orderModel(connection);
  const after = { returnDocument: 'after' } as const;

  return {
    /** Keeps everybody else from changing the order; the order, or null when somebody else is about to, or it isn't paid (any more). Repeatable. */
    async mark({ _id: editId, orderId }: Edited): Promise<Order | null> {
      const free = {
        _id: orderId,
        status: 'PAID',
        cancellation: null,
        addressChange: null,
        regroupingId: null,
      } as const;
      const marked = await model
        .findOneAndUpdate(free, { $set: { regroupingId: editId } }, after)
        .lean<Order>()
        .exec();
      return marked ?? model.findOne({ _id: orderId, regroupingId: editId }).lean<Order>().exec();
    },

    /** Lets others change the order again. */
    async unmark({ _id: editId, orderId }: Edited): Promise<void> {
      await model.updateOne({ _id: orderId, regroupingId: editId }, { $set: { regroupingId: null } }).exec();
    },

    /** Writes what the edit changes, and lets others change the order again; false when it isn't marked by it. */
    async write(session: ClientSession, { _id: editId, orderId }: Edited, amounts: EditedAmounts): Promise<boolean> {
      const written = await model
        .updateOne(
          { _id: orderId, regroupingId: editId },
          { $set: { ...amounts, regroupingId: null }, $push: { editedBy: editId } },
          { session },
        )
        .exec();
      return written.matchedCount === 1;
    },
  };
}

export type EditedOrders = ReturnType<typeof createEditedOrders>;
