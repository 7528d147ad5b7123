import type { ClientSession, Connection } from 'mongoose';
import type { Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';
import type { EditedAmounts } from '../domain/edited-order.ts';
import type { AgreedAnew, OrderEdit } from '../domain/order-edit.ts';

type Edited = Pick<OrderEdit, '_id' | 'orderId' | 'anew'>;

/** Orders that are being edited. The mark is the one of splits and merges, so that one change at a time is made to an order. */
export function createEditedOrders(connection: Connection) {
  const model = orderModel(connection);
  const after = { returnDocument: 'after' } as const;

  return {
    /** Keeps everybody else from changing, paying or ending the order; the order, or null when somebody else is about to, or it isn't (un)paid any more. Repeatable. */
    async mark(session: ClientSession, { _id: editId, orderId, anew }: Edited): Promise<Order | null> {
      const free = {
        _id: orderId,
        status: anew === undefined ? 'PAID' : 'PENDING_PAYMENT',
        cancellation: null,
        addressChange: null,
        regroupingId: null,
      } as const;
      const marked = await model
        .findOneAndUpdate(free, { $set: { regroupingId: editId } }, { ...after, session })
        .lean<Order>()
        .exec();
      return marked ?? model.findOne({ _id: orderId, regroupingId: editId }, null, { session }).lean<Order>().exec();
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

    /** Writes what an unpaid order becomes, and lets others change it again; the order then, or null when it isn't marked by the edit. */
    async writeAnew(
      session: ClientSession,
      { _id: editId, orderId }: Edited,
      agreed: Pick<Order, keyof AgreedAnew>,
    ): Promise<Order | null> {
      return model
        .findOneAndUpdate(
          { _id: orderId, regroupingId: editId },
          { $set: { ...agreed, regroupingId: null } },
          { ...after, session },
        )
        .lean<Order>()
        .exec();
    },
  };
}

export type EditedOrders = ReturnType<typeof createEditedOrders>;
