import type { ClientSession, Connection } from 'mongoose';
import { trusted } from '#kit/mongo/connect.ts';
import type { Order, OrderHold } from '../../order/domain/order.ts';
import { endStatuses } from '../../order/domain/order-states.ts';
import { orderModel } from '../../order/store/order-schema.ts';

/** Holds that staff put on orders; kept in the order. */
export function createHolds(connection: Connection) {
  const model = orderModel(connection);
  return {
    /** False when the order is on hold already, or at its end. */
    async put(session: ClientSession, orderId: string, hold: OrderHold): Promise<boolean> {
      const living = { _id: orderId, visible: true, status: trusted({ $nin: endStatuses }), hold: null };
      return (await model.updateOne(living, { $set: { hold } }, { session }).exec()).matchedCount === 1;
    },

    /** False when the order isn't on hold. */
    async release(session: ClientSession, orderId: string): Promise<boolean> {
      const held = { _id: orderId, hold: trusted({ $ne: null }) };
      return (await model.updateOne(held, { $set: { hold: null } }, { session }).exec()).matchedCount === 1;
    },

    async byId(orderId: string): Promise<Order | null> {
      return model.findOne({ _id: orderId, visible: true }).lean<Order>().exec();
    },
  };
}

export type Holds = ReturnType<typeof createHolds>;
