import { connectionOf, encodeCursor, type ConnectionParent, type Page } from '#kit/connection/connection.ts';
import type { Order } from '../domain/order.ts';
import type { OrderConditions, OrderLists } from '../store/order-lists.ts';

/** A page of orders, newest first. A first page that holds everything needs no second query for its total. */
export async function listOrders(
  lists: OrderLists,
  conditions: OrderConditions,
  { first, after }: Page,
): Promise<ConnectionParent<Order>> {
  const rows = await lists.page(conditions, first, after).exec();
  return connectionOf({
    rows,
    first,
    after,
    cursorOf: (order) => encodeCursor([order.placedAt, order._id]),
    totalCount: async () => (after === null && rows.length <= first ? rows.length : lists.count(conditions)),
  });
}
