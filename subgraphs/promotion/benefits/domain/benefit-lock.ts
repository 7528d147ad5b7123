/** LOCKED (an order awaits payment) → USED (paid) → RELEASED (given back); RELEASED is an end, and forbids a lock that comes late. */
export type BenefitLockState = 'LOCKED' | 'USED' | 'RELEASED';

/** What one order holds of promotions, coupons and a flash sale. Amounts in minor units of `currency`. */
export interface BenefitLock {
  /** The order's id: an order locks once. */
  readonly _id: string;
  readonly state: BenefitLockState;
  readonly memberId: string | null;
  readonly currency: string;
  readonly promotions: readonly { readonly promotionId: string; readonly amountMinor: number }[];
  readonly coupons: readonly { readonly templateId: string; readonly couponId: string; readonly amountMinor: number }[];
  readonly flashTicketId: string | null;
  /** When the unpaid order closes. */
  readonly expiresAt: Date;
  readonly lockedAt: Date;
}

/** The mark that an order's benefits were released before they were locked. */
export function releasedBeforeLock(orderId: string, at: Date): BenefitLock {
  return {
    _id: orderId,
    state: 'RELEASED',
    memberId: null,
    currency: '',
    promotions: [],
    coupons: [],
    flashTicketId: null,
    expiresAt: at,
    lockedAt: at,
  };
}

/** Refusals of a lock; see the schema. */
export const couponNotUsable = (couponId: string | null, reason: string) =>
  ({ type: 'CouponNotUsableError', code: 'COUPON_NOT_USABLE', path: ['couponIds'], couponId, reason }) as const;
export const budgetExhausted = (promotionId: string | null) =>
  ({ type: 'BudgetExhaustedError', code: 'BUDGET_EXHAUSTED', promotionId }) as const;
export const promotionLimitReached = (promotionId: string) =>
  ({ type: 'PromotionLimitReachedError', code: 'PROMOTION_LIMIT_REACHED', promotionId }) as const;
