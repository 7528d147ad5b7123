import type { Order } from '../../order/domain/order.ts';
import type { AgreedAnew, OrderEdit } from './order-edit.ts';

/** What an edit adds as the order that it would be by itself: the steps of a placing hold it, and give it back, under the edit's id. */
export function editAsOrder(order: Order, edit: OrderEdit): Order {
  const { _id, benefits, expiresAt } = edit;
  const lines = edit.added.map((line) => ({ ...line, claimedUnits: 0, claimedMinor: 0 }));
  return { ...order, _id, attempt: 1, lines, benefits, pointsSpent: edit.pointsAdded ?? 0, expiresAt };
}

/** What an edit makes of an unpaid order. */
export function amountsAnew({ lines, ...agreed }: AgreedAnew): Pick<Order, keyof AgreedAnew> {
  return { ...agreed, lines: lines.map((line) => ({ ...line, claimedUnits: 0, claimedMinor: 0 })) };
}
