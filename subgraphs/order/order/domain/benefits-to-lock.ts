import { holdUntil } from './hold-margin.ts';
import { attemptOf, type Order } from './order.ts';

/** Whether an order rests on anything that promotion has to lock. */
export function needsBenefits({ benefits }: Pick<Order, 'benefits'>): boolean {
  const { promotions, coupons, flashTicketId, presale } = benefits;
  return promotions.length > 0 || coupons.length > 0 || flashTicketId !== null || presale !== undefined;
}

/** What promotion is asked to lock for an order. */
export function benefitsToLock(order: Order) {
  const { benefits, currency, memberId } = order;
  return {
    orderId: order._id,
    attempt: attemptOf(order),
    memberId,
    benefits: {
      promotions: [...benefits.promotions],
      coupons: [...benefits.coupons],
      flashTicketId: benefits.flashTicketId,
      presale: benefits.presale ?? null,
    },
    currency,
    expiresAt: holdUntil(order),
  };
}
