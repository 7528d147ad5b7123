import type { Title } from './rule.ts';

/** Why an offer that was asked for, or was running, takes nothing off. */
export const rejectionCodes = [
  'THRESHOLD_NOT_REACHED',
  'NOT_STARTED',
  'EXPIRED',
  'USED_UP',
  'ALREADY_USED',
  'LOCKED_BY_ORDER',
  'WITHDRAWN',
  'NOT_FOUND',
  'NOT_IN_CHANNEL',
  'NOT_ELIGIBLE_ITEMS',
  'TIER_NOT_ELIGIBLE',
  'EXCLUDED_BY_OTHER',
  'BUDGET_EXHAUSTED',
  'PRICE_FLOOR',
  'MEMBER_LIMIT_REACHED',
  'SIGN_IN_REQUIRED',
  'CURRENCY_MISMATCH',
  'POINTS_LIMITED',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** One offer, code or wish that takes nothing off, and why. */
export interface Rejection {
  readonly code: RejectionCode;
  /** Null for coupons and points. */
  readonly promotionId: string | null;
  readonly couponId: string | null;
  /** The coupon code as it was typed in. */
  readonly couponCode: string | null;
  /** What it is called; null when nothing by that name exists. */
  readonly title: Title | null;
  /** What must be bought in addition, minor units; null unless an amount is what is missing. */
  readonly missingMinor: number | null;
  /** How many more pieces must be bought; null unless a quantity is what is missing. */
  readonly missingQuantity: number | null;
}

/** A rejection of something that isn't there (for this shopper): an unknown or foreign coupon, an unknown code. */
export function nothingFound(named: { couponId?: string; couponCode?: string }): Rejection {
  return {
    code: 'NOT_FOUND',
    promotionId: null,
    couponId: named.couponId ?? null,
    couponCode: named.couponCode ?? null,
    title: null,
    missingMinor: null,
    missingQuantity: null,
  };
}
