import type { CouponRule, PromotionRule } from './rule.ts';

/** What an order has locked that is priced anew; amounts in minor units. */
export interface OwnHolds {
  readonly promotions: readonly { readonly promotionId: string; readonly amountMinor: number }[];
  readonly coupons: readonly { readonly couponId: string; readonly amountMinor: number }[];
}

/** The promotion as it is once the order gives back its use of it. */
export function freedPromotion(rule: PromotionRule, { promotions }: OwnHolds): PromotionRule {
  const held = promotions.find(({ promotionId }) => promotionId === rule.id);
  if (held === undefined) return rule;
  return {
    ...rule,
    budgetLeftMinor: plus(rule.budgetLeftMinor, held.amountMinor),
    usesLeft: plus(rule.usesLeft, 1),
    memberUsesLeft: plus(rule.memberUsesLeft, 1),
  };
}

/** The coupon as it is once the order gives it back. */
export function freedCoupon(rule: CouponRule, { coupons }: OwnHolds): CouponRule {
  const held = coupons.find(({ couponId }) => couponId === rule.couponId);
  if (held === undefined || rule.status !== 'LOCKED') return rule;
  return { ...rule, status: 'CLAIMED', budgetLeftMinor: plus(rule.budgetLeftMinor, held.amountMinor) };
}

function plus(left: number | null, more: number): number | null {
  return left === null ? null : left + more;
}
