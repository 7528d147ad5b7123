import type { Order, OrderLine, RefundStatus } from '../../order/domain/order.ts';
import { goodsMinor } from '../../order/domain/order.ts';

/**
 * What goes back for `units` more units of a line, minor units. A line's stored amount is cut by units as evenly as whole minor units allow; the last
 * units get what is left, so that all partial refunds add up to exactly what was paid for the line, whatever was refused in between.
 * RangeError unless 1 ≤ units ≤ units not yet claimed.
 */
export function shareOf(
  line: Pick<OrderLine, 'quantity' | 'totalMinor' | 'claimedUnits' | 'claimedMinor'>,
  units: number,
): number {
  const unitsLeft = line.quantity - line.claimedUnits;
  if (!Number.isInteger(units) || units < 1 || units > unitsLeft) {
    throw new RangeError(`${units} units of ${unitsLeft} that are left`);
  }
  const minorLeft = line.totalMinor - line.claimedMinor;
  return Number((BigInt(minorLeft) * BigInt(units)) / BigInt(unitsLeft));
}

/**
 * Spent points that go back with `goods` minor units more of refunded goods: in proportion to the goods, rounded down, the last refund gets the rest.
 */
export function pointsShare(
  order: Pick<Order, 'lines' | 'pointsSpent' | 'pointsReturned' | 'refundedGoodsMinor'>,
  goods: number,
): number {
  const paid = goodsMinor(order);
  const refunded = order.refundedGoodsMinor + goods;
  if (paid === 0 || refunded >= paid) return order.pointsSpent - order.pointsReturned;
  const due = Number((BigInt(order.pointsSpent) * BigInt(refunded)) / BigInt(paid));
  return Math.max(0, due - order.pointsReturned);
}

/** The order's counters once `goods` minor units more of refunded goods are counted, and the spent points that go back with them. */
export function afterRefundOf(
  order: Pick<Order, 'lines' | 'pointsSpent' | 'pointsReturned' | 'refundedGoodsMinor' | 'refundedMinor'>,
  goods: number,
) {
  const pointsReturned = pointsShare(order, goods);
  const refundedGoodsMinor = order.refundedGoodsMinor + goods;
  const counters = {
    refundedMinor: order.refundedMinor + goods,
    refundedGoodsMinor,
    pointsReturned: order.pointsReturned + pointsReturned,
    refundStatus: refundStatusOf(refundedGoodsMinor, goodsMinor(order)),
  };
  return { counters, pointsReturned };
}

/** How much has gone back once `refundedGoods` of `goods` minor units have. Freight stays paid once a parcel has left, so goods decide. */
export function refundStatusOf(refundedGoods: number, goods: number): RefundStatus {
  if (refundedGoods === 0) return 'NONE';
  return refundedGoods >= goods ? 'FULL' : 'PARTIAL';
}
