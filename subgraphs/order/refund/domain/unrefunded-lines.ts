import type { Order } from '../../order/domain/order.ts';
import type { Refund, RefundLine } from './refund.ts';

/** Units of an order for which nothing has gone back yet. What an edit took out is none of its units any more. */
export function unrefundedLines(
  order: Pick<Order, 'lines'>,
  refunds: readonly Pick<Refund, 'lines' | 'cause'>[],
): RefundLine[] {
  const back = new Map<string, number>();
  for (const { orderLineId, quantity } of refunds.flatMap(({ cause, lines }) =>
    cause === 'ORDER_CHANGED' ? [] : lines,
  )) {
    back.set(orderLineId, (back.get(orderLineId) ?? 0) + quantity);
  }
  return order.lines.flatMap(({ lineId, skuId, quantity }) => {
    const left = quantity - (back.get(lineId) ?? 0);
    return left > 0 ? [{ orderLineId: lineId, skuId, quantity: left }] : [];
  });
}
