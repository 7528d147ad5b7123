import type { ClientSession, Connection } from 'mongoose';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { placedFact } from '../../order/domain/order-facts.ts';
import type { Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';

/** Told of orders that are placed, in their transaction. */
export interface PlacedListener {
  insertMany(session: ClientSession, orders: readonly Order[]): Promise<void>;
}

/** Orders of flash sales among all orders, many at a time. */
export function createFlashSaleOrders(connection: Connection, outbox: Outbox, changes: PlacedListener) {
  const rows = rowsOf(orderModel(connection));
  return {
    /** What is written under these ids, also for orders that were never placed. */
    async byIds(ids: readonly string[], session?: ClientSession): Promise<Map<string, Order>> {
      const found = await rows.find({ _id: { $in: [...ids] } }, { session }).toArray();
      return new Map(found.map((order) => [order._id, order]));
    },

    /** Those of the numbers that an order has already: as a transaction sees it, or at this moment. */
    async numbersTaken(numbers: readonly string[], session?: ClientSession): Promise<Set<string>> {
      const found = await rows
        .find({ number: { $in: [...numbers] } }, { session, projection: { _id: 0, number: 1 } })
        .toArray();
      return new Set(found.map(({ number }) => number));
    },

    /** Writes orders as they begin, and tells of those that are placed. One write each, however many orders. */
    async insert(session: ClientSession, orders: readonly Order[]): Promise<void> {
      await rows.insertMany([...orders], { session });
      const placed = orders.filter((order) => order.visible);
      if (placed.length === 0) return;
      const events = placed.map((order) => ({
        ...placedFact(order),
        aggregateId: order._id,
        version: order.version,
        at: order.placedAt,
      }));
      await outbox.append(session, events);
      await changes.insertMany(session, placed);
    },
  };
}
export type FlashSaleOrders = ReturnType<typeof createFlashSaleOrders>;
