import type { ClientSession, Connection } from 'mongoose';
import { trusted } from '#kit/mongo/connect.ts';
import type { AddressChange, Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';

/** Where orders are sent, and where they are about to be sent; kept in the order. */
export function createOrderAddresses(connection: Connection) {
  const model = orderModel(connection);
  const open = {
    status: trusted({ $in: ['PENDING_PAYMENT', 'PAID'] as const }),
    cancellation: null,
    regroupingId: null,
  } as const;

  return {
    /** Writes the wish down, within the order's province and while nothing was shipped and nobody else is about to change the order; false otherwise. */
    async begin(orderId: string, change: AddressChange): Promise<boolean> {
      const free = { _id: orderId, ...open, 'address.region': change.address.region, addressChange: null };
      return (await model.updateOne(free, { $set: { addressChange: change } }).exec()).matchedCount === 1;
    },

    /** Makes the change that was written down, once: `MADE` now, `KNOWN` for one that was made before, null when the order isn't to be sent any more. */
    async make(
      session: ClientSession,
      orderId: string,
      { id, address }: AddressChange,
    ): Promise<'MADE' | 'KNOWN' | null> {
      const wanted = { _id: orderId, 'addressChange.id': id };
      const made = await model
        .updateOne(
          { ...wanted, ...open, 'addressChange.made': false },
          { $set: { address, 'addressChange.made': true } },
          { session },
        )
        .exec();
      if (made.matchedCount === 1) return 'MADE';
      return (await model
        .exists({ ...wanted, 'addressChange.made': true })
        .session(session)
        .exec())
        ? 'KNOWN'
        : null;
    },

    /** Nothing is left to do for it, made or not. */
    async end(orderId: string, id: string): Promise<void> {
      await model.updateOne({ _id: orderId, 'addressChange.id': id }, { $set: { addressChange: null } }).exec();
    },

    /** Changes that were begun before an instant and not brought to their end. */
    async unfinished(before: Date, limit: number): Promise<(Order & { readonly addressChange: AddressChange })[]> {
      return model
        .find({ 'addressChange.requestedAt': trusted({ $lte: before }) })
        .limit(limit)
        .lean<(Order & { readonly addressChange: AddressChange })[]>()
        .exec();
    },

    async byId(orderId: string): Promise<Order | null> {
      return model.findOne({ _id: orderId, visible: true }).lean<Order>().exec();
    },
  };
}

export type OrderAddresses = ReturnType<typeof createOrderAddresses>;
