import type { Promotion } from '../../neighbours.ts';
import { attemptOf, type Order } from '../domain/order.ts';
import { holdUntil, type PlacingStep } from './placing-step.ts';

/** Coupons, uses and budgets that the price rests on are locked, all or none. */
export function lockBenefits(promotion: Promotion): PlacingStep {
  return {
    name: 'lock-benefits',
    applies: ({ benefits }: Order) =>
      benefits.promotions.length > 0 ||
      benefits.coupons.length > 0 ||
      benefits.flashTicketId !== null ||
      benefits.presale !== undefined,
    hold: ({ benefits, ...order }, call) =>
      promotion.lockBenefits(
        {
          orderId: order._id,
          attempt: attemptOf(order),
          memberId: order.memberId,
          benefits: {
            promotions: [...benefits.promotions],
            coupons: [...benefits.coupons],
            flashTicketId: benefits.flashTicketId,
            presale: benefits.presale ?? null,
          },
          currency: order.currency,
          expiresAt: holdUntil({ ...order, benefits }),
        },
        call,
      ),
    undo: (order, call) => promotion.releaseBenefits({ orderId: order._id, attempt: attemptOf(order) }, call),
  };
}
