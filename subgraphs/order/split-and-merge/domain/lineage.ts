import type { Order, Tender } from '../../order/domain/order.ts';

/** The orders whose payments brought the money of this one: its own, or those that it took the place of. */
export function payersOf(order: Pick<Order, '_id' | 'paidThrough'>): readonly string[] {
  return order.paidThrough ?? [order._id];
}

/** The points that were spent on it, by the order that they were spent through. */
export function tendersOf(order: Pick<Order, '_id' | 'pointsSpent' | 'tenders'>): readonly Tender[] {
  return order.tenders ?? [{ orderId: order._id, points: order.pointsSpent }];
}

/** The part from the `skip`-th point on, `points` long: tenders are used up in their order. */
export function cutOfTenders(tenders: readonly Tender[], skip: number, points: number): Tender[] {
  let before = 0;
  return tenders.flatMap((tender) => {
    const from = Math.max(skip, before);
    const until = Math.min(skip + points, before + tender.points);
    before += tender.points;
    return until > from ? [{ orderId: tender.orderId, points: until - from }] : [];
  });
}

/** Which tenders get the last `points` of those that the order has counted as returned; undefined for an order that took nobody's place. */
export function pointsBackOf(
  order: Pick<Order, 'tenders' | 'pointsReturned'>,
  points: number,
): readonly Tender[] | undefined {
  return order.tenders && cutOfTenders(order.tenders, order.pointsReturned - points, points);
}

/** Whether an after-sale is under way: something was promised for it that has not gone back. */
export function hasOpenClaims({ lines, refundedGoodsMinor }: Pick<Order, 'lines' | 'refundedGoodsMinor'>): boolean {
  return lines.reduce((total, line) => total + line.claimedMinor, 0) !== refundedGoodsMinor;
}

/** Whether the order may give its place to others now: paid, nothing shipped, and nobody else is about to change it. The state that forbids it, or null. */
export function forbidsRegrouping(order: Order): string | null {
  if (order.status !== 'PAID') return order.status;
  if (order.cancellation !== null) return 'CANCELLING';
  if (order.regroupingId != null) return 'REGROUPING';
  if (order.addressChange != null) return 'READDRESSING';
  if (order.refundStatus === 'FULL') return 'REFUNDED';
  // Which of several tenders has got points back isn't told any more.
  if ((order.tenders?.length ?? 1) > 1 && order.pointsReturned > 0) return 'REFUNDED';
  return hasOpenClaims(order) ? 'AFTER_SALE_OPEN' : null;
}
