import type { PresaleUnits } from '../../presale/domain/take-units.ts';

/** LOCKED (an order awaits payment) → USED (paid) → RELEASED (given back); RELEASED forbids a lock of the same attempt that comes late. */
export type BenefitLockState = 'LOCKED' | 'USED' | 'RELEASED';

/** What one order holds of promotions, coupons, a flash sale or a presale. Amounts in minor units of `currency`. */
export interface BenefitLock {
  /** The order's id. */
  readonly _id: string;
  /** The order's attempt that it is for; what comes late of an earlier one changes nothing. */
  readonly attempt: number;
  readonly state: BenefitLockState;
  /** Released only because nobody told in time what became of the order: the same attempt may lock again. */
  readonly lapsed: boolean;
  readonly memberId: string | null;
  readonly currency: string;
  readonly promotions: readonly { readonly promotionId: string; readonly amountMinor: number }[];
  readonly coupons: readonly { readonly templateId: string; readonly couponId: string; readonly amountMinor: number }[];
  readonly flashTicketId: string | null;
  readonly presale: PresaleUnits | null;
  /** When the unpaid order closes. */
  readonly expiresAt: Date;
  readonly lockedAt: Date;
}

/** The mark that an order's benefits were released before they were locked. */
export function releasedBeforeLock(orderId: string, attempt: number, at: Date): BenefitLock {
  return {
    _id: orderId,
    attempt,
    state: 'RELEASED',
    lapsed: false,
    memberId: null,
    currency: '',
    promotions: [],
    coupons: [],
    flashTicketId: null,
    presale: null,
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
