import { heldText } from '#kit/verification/held-text.ts';
import { wasLoaded } from '../history/domain/historical-order.ts';
import type { Order } from '../order/domain/order.ts';

/** What an order must have of others, in the words of `heldText`. */
export interface AgreedHolds {
  readonly orderId: string;
  /** Units by SKU. */
  readonly goods: string;
  /** Amounts by promotion and coupon template, minor units. */
  readonly benefits: string;
  readonly points: string;
}

/**
 * What must be held for an order that awaits payment, or must have been used for a paid one; null where that is on its way: it is being changed or ended, its time is over, or some of
 * it went back or to other orders. The goods of a presale are held from the time on at which its balance is due; an
 * unpaid order that was brought from the past holds nothing.
 */
export function agreedHolds(order: Order, now: Date): AgreedHolds | null {
  const { _id: orderId, status, lines, benefits, pointsSpent, presale } = order;
  const isOver = order.expiresAt !== null && order.expiresAt <= now;
  if (status !== 'PAID' && (status !== 'PENDING_PAYMENT' || isOver || wasLoaded(order))) return null;
  if (order.cancellation !== null || order.regroupingId != null || order.refundStatus !== 'NONE') return null;
  if (order.splitFrom !== undefined || order.mergedFrom !== undefined) return null;
  if (lines.some(({ claimedUnits }) => claimedUnits > 0)) return null;
  const waits = presale !== undefined && presale.phase !== 'BALANCE_DUE' && presale.phase !== 'BALANCE_PAID';
  const { promotions, coupons } = benefits;
  return {
    orderId,
    goods: heldText(waits ? [] : lines.map(({ skuId, quantity }) => [skuId, quantity])),
    benefits: heldText([
      ...promotions.map(({ promotionId, amountMinor }) => [promotionId, amountMinor] as const),
      ...coupons.map(({ templateId, amountMinor }) => [templateId, amountMinor] as const),
    ]),
    points: heldText([['points', pointsSpent]]),
  };
}
