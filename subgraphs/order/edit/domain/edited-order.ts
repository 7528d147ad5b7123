import { goodsMinor, type Order, type OrderLine } from '../../order/domain/order.ts';
import { refundStatusOf } from '../../refund/domain/refund-share.ts';
import type { OrderEdit, RemovedUnits } from './order-edit.ts';

/** What an edit changes of an order. */
export type EditedAmounts = Pick<
  Order,
  | 'lines'
  | 'subtotalMinor'
  | 'discountMinor'
  | 'freightMinor'
  | 'totalMinor'
  | 'paidMinor'
  | 'pointsSpent'
  | 'refundStatus'
>;

/** What an edit does to an order, as far as amounts go. */
export type EditTerms = Pick<OrderEdit, 'removed' | 'added' | 'freightMinor' | 'pointsReturned'>;

/**
 * A paid order after an edit. Units that stay keep the amounts that were stored for them, and units that leave take along their share of what was paid, as with a refund; added lines have the
 * prices of the day. Nothing is spread anew: subtotal − discount + freight = total and Σ lines + freight = total hold as before.
 */
export function editedOrder(order: Order, edit: EditTerms): EditedAmounts {
  const kept = order.lines.flatMap((line): OrderLine[] => {
    const removed = edit.removed.find(({ orderLineId }) => orderLineId === line.lineId);
    return removed === undefined ? [line] : without(line, removed);
  });
  const lines = [...kept, ...edit.added.map((line) => ({ ...line, claimedUnits: 0, claimedMinor: 0 }))];
  const unitsRemoved = edit.removed.reduce((sum, { orderLineId, quantity }) => {
    const line = order.lines.find(({ lineId }) => lineId === orderLineId);
    return sum + quantity * (line?.unitPriceMinor ?? 0);
  }, 0);
  const unitsAdded = edit.added.reduce((sum, { unitPriceMinor, quantity }) => sum + unitPriceMinor * quantity, 0);
  const subtotalMinor = order.subtotalMinor - unitsRemoved + unitsAdded;
  const goods = goodsMinor({ lines });
  const freightMinor = order.freightMinor + edit.freightMinor;
  const totalMinor = goods + freightMinor;
  return {
    lines,
    subtotalMinor,
    discountMinor: subtotalMinor - goods,
    freightMinor,
    totalMinor,
    paidMinor: order.paidMinor + totalMinor - order.totalMinor,
    pointsSpent: order.pointsSpent - edit.pointsReturned,
    refundStatus: refundStatusOf(order.refundedGoodsMinor, goods),
  };
}

/** The line with fewer units; none when nothing is left of it. Its steps shrink with the units, and the last one ends at what is paid. */
function without(line: OrderLine, { quantity, minor }: RemovedUnits): OrderLine[] {
  const left = line.quantity - quantity;
  if (left === 0) return [];
  const totalMinor = line.totalMinor - minor;
  const keptOf = (amount: number) => amount - Number((BigInt(amount) * BigInt(quantity)) / BigInt(line.quantity));
  const steps = line.steps.map((step, index) => ({
    ...step,
    beforeMinor: keptOf(step.beforeMinor),
    afterMinor: index === line.steps.length - 1 ? totalMinor : keptOf(step.afterMinor),
  }));
  return [{ ...line, quantity: left, totalMinor, steps }];
}
