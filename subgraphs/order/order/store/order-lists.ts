import type { Connection } from 'mongoose';
import { keysetFilter, sortOf, type CursorValues, type SortField } from '#kit/connection/connection.ts';
import { trusted } from '#kit/mongo/connect.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-states.ts';
import { orderModel } from './order-schema.ts';

/** Which orders to list; all conditions must hold. Without a `status` those that gave their place to others are left out, so that nothing is shown or counted twice. */
export interface OrderConditions {
  readonly memberId?: string;
  readonly status?: readonly OrderStatus[];
  readonly channel?: string;
  readonly placedFrom?: Date;
  readonly placedBefore?: Date;
}

const newestFirst: readonly SortField[] = [
  { field: 'placedAt', direction: -1 },
  { field: '_id', direction: -1 },
];

/** Lists of confirmed orders, newest first. Reads only. */
export function createOrderLists(connection: Connection) {
  const model = orderModel(connection);
  return {
    /** The query of a page with one row more than `first`, for running and for explaining. */
    page(conditions: OrderConditions, first: number, after: CursorValues | null) {
      return model
        .find({ $and: [filterOf(conditions), keysetFilter(newestFirst, after)] })
        .sort(sortOf(newestFirst))
        .limit(first + 1)
        .lean<Order[]>();
    },

    async count(conditions: OrderConditions): Promise<number> {
      return model.countDocuments(filterOf(conditions)).exec();
    },
  };
}

export type OrderLists = ReturnType<typeof createOrderLists>;

function filterOf({ memberId, status, channel, placedFrom, placedBefore }: OrderConditions): Record<string, unknown> {
  const placed = {
    ...(placedFrom === undefined ? {} : { $gte: placedFrom }),
    ...(placedBefore === undefined ? {} : { $lt: placedBefore }),
  };
  return {
    visible: true,
    ...(memberId === undefined ? {} : { memberId }),
    // By the field that names the others: a condition on states would draw the planner to an index in another order.
    ...(status === undefined ? { splitInto: null, mergedInto: null } : { status: trusted({ $in: status }) }),
    ...(channel === undefined ? {} : { channel }),
    ...(Object.keys(placed).length === 0 ? {} : { placedAt: trusted(placed) }),
  };
}
