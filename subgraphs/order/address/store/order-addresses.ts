import type { ClientSession, Connection } from 'mongoose';
import { trusted } from '#kit/mongo/connect.ts';
import type { Order, OrderAddress } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';

/** Where orders are sent; kept in the order. */
export function createOrderAddresses(connection: Connection) {
  const model = orderModel(connection);
  return {
    /** Changes it within its province while nothing was shipped and nobody else is about to change the order; false otherwise. */
    async change(session: ClientSession, orderId: string, address: OrderAddress): Promise<boolean> {
      const open = { status: trusted({ $in: ['PENDING_PAYMENT', 'PAID'] as const }), cancellation: null };
      const changed = await model
        .updateOne(
          { _id: orderId, ...open, regroupingId: null, 'address.region': address.region },
          { $set: { address } },
          { session },
        )
        .exec();
      return changed.matchedCount === 1;
    },

    async byId(orderId: string): Promise<Order | null> {
      return model.findOne({ _id: orderId, visible: true }).lean<Order>().exec();
    },
  };
}

export type OrderAddresses = ReturnType<typeof createOrderAddresses>;
