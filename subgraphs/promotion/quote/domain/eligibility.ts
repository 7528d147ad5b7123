import type { Shopper } from './cart.ts';
import type { RejectionCode } from './rejection.ts';
import type { CouponRule, PromotionRule } from './rule.ts';
import { shopperRejection } from './scope.ts';

/** Why the promotion can't be used by this shopper now, whatever is in the cart; null when it can. */
export function promotionRejection(
  rule: PromotionRule,
  shopper: Shopper,
  currency: string,
  at: Date,
): RejectionCode | null {
  if (at < rule.startsAt) return 'NOT_STARTED';
  if (at >= rule.endsAt) return 'EXPIRED';
  const unfit = shopperRejection(rule.scope, shopper);
  if (unfit) return unfit;
  if (rule.currency !== currency) return 'CURRENCY_MISMATCH';
  if (rule.usesLeft !== null && rule.usesLeft <= 0) return 'USED_UP';
  if (rule.memberUsesLeft !== null) {
    if (shopper.memberId === null) return 'SIGN_IN_REQUIRED';
    if (rule.memberUsesLeft <= 0) return 'MEMBER_LIMIT_REACHED';
  }
  return rule.budgetLeftMinor !== null && rule.budgetLeftMinor <= 0 ? 'BUDGET_EXHAUSTED' : null;
}

const spoilt: Partial<Record<CouponRule['status'], RejectionCode>> = {
  LOCKED: 'LOCKED_BY_ORDER',
  USED: 'ALREADY_USED',
  EXPIRED: 'EXPIRED',
  VOID: 'WITHDRAWN',
};

/** Why the coupon or code can't be used by this shopper now, whatever is in the cart; null when it can. */
export function couponRejection(rule: CouponRule, shopper: Shopper, currency: string, at: Date): RejectionCode | null {
  if (shopper.memberId === null) return 'SIGN_IN_REQUIRED';
  const state = spoilt[rule.status];
  if (state) return state;
  if (at < rule.validFrom) return 'NOT_STARTED';
  if (at >= rule.expiresAt) return 'EXPIRED';
  const unfit = shopperRejection(rule.scope, shopper);
  if (unfit) return unfit;
  if (rule.currency !== currency) return 'CURRENCY_MISMATCH';
  if (rule.couponId === null) {
    if (rule.claimsLeft !== null && rule.claimsLeft <= 0) return 'USED_UP';
    if (rule.memberClaimsLeft !== null && rule.memberClaimsLeft <= 0) return 'MEMBER_LIMIT_REACHED';
  }
  return rule.budgetLeftMinor !== null && rule.budgetLeftMinor <= 0 ? 'BUDGET_EXHAUSTED' : null;
}
