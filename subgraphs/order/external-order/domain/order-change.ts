import type { OrderStatus } from '../../order/domain/order-states.ts';

/** One change of an order's state, as the feed tells it. */
export interface OrderChangeRow {
  readonly _id: string;
  /** Its place in the feed; absent until a reader has given it one. */
  readonly sequence?: number;
  /** True until it has a place. */
  readonly pending?: boolean;
  readonly at: Date;
  readonly orderId: string;
  /** The order's own count of its moves: of two changes of one order, the lower happened first. */
  readonly moves: number;
  readonly number: string;
  readonly status: OrderStatus;
  readonly partnerId: string | null;
  readonly external: { readonly system: string; readonly id: string } | null;
}

/**
 * The order in which changes take their places: as they were written, but changes of one order never swap, even when the clocks of two replicas
 * disagree.
 */
export function inFeedOrder(rows: readonly OrderChangeRow[]): OrderChangeRow[] {
  const written = rows.toSorted((a, b) => (a._id < b._id ? -1 : 1));
  const next = new Map<string, OrderChangeRow[]>();
  for (const row of written) next.set(row.orderId, [...(next.get(row.orderId) ?? []), row]);
  for (const [orderId, own] of next)
    next.set(
      orderId,
      own.toSorted((a, b) => a.moves - b.moves),
    );
  return written.flatMap(({ orderId }) => next.get(orderId)?.shift() ?? []);
}
