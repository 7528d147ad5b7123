import type { Promotion } from '../../neighbours.ts';
import { benefitsToLock, needsBenefits } from '../domain/benefits-to-lock.ts';
import { attemptOf } from '../domain/order.ts';
import type { PlacingStep } from './placing-step.ts';

/** Coupons, uses and budgets that the price rests on are locked, all or none. */
export function lockBenefits(promotion: Promotion): PlacingStep {
  return {
    name: 'lock-benefits',
    applies: needsBenefits,
    hold: (order, call) => promotion.lockBenefits(benefitsToLock(order), call),
    undo: (order, call) => promotion.releaseBenefits({ orderId: order._id, attempt: attemptOf(order) }, call),
  };
}
