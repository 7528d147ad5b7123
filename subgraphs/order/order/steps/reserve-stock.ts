import type { Logistics } from '../../neighbours.ts';
import { attemptOf } from '../domain/order.ts';
import { holdUntil } from '../domain/hold-margin.ts';
import type { PlacingStep } from './placing-step.ts';

/** Every line is reserved, or none; an edit of coupons or points alone has none. The goods of a presale aren't while its order is placed: they may not have arrived before the balance is due. */
export function reserveStock(logistics: Logistics): PlacingStep {
  return {
    name: 'reserve-stock',
    applies: ({ presale, lines }) => lines.length > 0 && presale?.phase !== 'DEPOSIT_DUE',
    hold: (order, call) =>
      logistics.reserveStock(
        {
          orderId: order._id,
          attempt: attemptOf(order),
          channel: order.channel,
          region: order.address.region,
          lines: order.lines.map(({ lineId, skuId, quantity, weightGrams }) => ({
            orderLineId: lineId,
            skuId,
            quantity,
            weightGrams,
          })),
          expiresAt: holdUntil(order),
        },
        call,
      ),
    undo: (order, call) => logistics.releaseStock({ orderId: order._id, attempt: attemptOf(order) }, call),
  };
}
