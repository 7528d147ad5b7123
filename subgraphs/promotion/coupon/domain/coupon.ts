import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Shopper } from '../../quote/domain/cart.ts';
import type { CouponRule, CouponStatus } from '../../quote/domain/rule.ts';
import { shopperRejection } from '../../quote/domain/scope.ts';
import type { CouponTemplate } from './coupon-template.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** One coupon of one member, as it is kept. */
export interface Coupon {
  readonly _id: string;
  readonly templateId: string;
  readonly memberId: string;
  /** The member's first coupon of this template is 1. Unique with template and member: two claims can't be the same one. */
  readonly sequence: number;
  /** As last written; `statusAt` knows about the time. */
  readonly status: CouponStatus;
  readonly claimedAt: Date;
  readonly validFrom: Date;
  readonly expiresAt: Date;
  /** The order that holds or has used it. */
  readonly orderId: string | null;
}

/** Where the coupon stands at a moment: a free one whose time is over has expired, whether or not anybody wrote it down. */
export function statusAt(coupon: Coupon, at: Date): CouponStatus {
  return coupon.status === 'CLAIMED' && coupon.expiresAt <= at ? 'EXPIRED' : coupon.status;
}

/** What becomes of a coupon that an order gives back. */
export function statusWhenReturned(coupon: Coupon, at: Date): 'CLAIMED' | 'EXPIRED' {
  return coupon.expiresAt > at ? 'CLAIMED' : 'EXPIRED';
}

/** A new coupon of the template: valid for `validDays` from the claim, or with the template. */
export function couponOf(
  template: CouponTemplate,
  claim: { id: string; memberId: string; sequence: number; at: Date },
): Coupon {
  const { id, memberId, sequence, at } = claim;
  const expiresAt = template.validDays === null ? template.endsAt : new Date(at.getTime() + template.validDays * dayMs);
  return {
    _id: id,
    templateId: template._id,
    memberId,
    sequence,
    status: 'CLAIMED',
    claimedAt: at,
    validFrom: template.startsAt,
    expiresAt,
    orderId: null,
  };
}

/** Refusals that concern coupons; see the schema. */
export const couponNotFound = (path: readonly string[]) =>
  ({ type: 'CouponNotFoundError', code: 'COUPON_NOT_FOUND', path }) as const;
export const couponExpired = (path: readonly string[]) =>
  ({ type: 'CouponExpiredError', code: 'COUPON_EXPIRED', path }) as const;
export const couponUsedUp = (path: readonly string[]) =>
  ({ type: 'CouponUsedUpError', code: 'COUPON_USED_UP', path }) as const;
export const claimLimitReached = (path: readonly string[], limitPerMember: number) =>
  ({ type: 'ClaimLimitReachedError', code: 'CLAIM_LIMIT_REACHED', path, limitPerMember }) as const;
export const codeTaken = () => ({ type: 'CouponCodeTakenError', code: 'COUPON_CODE_TAKEN', path: ['code'] }) as const;

/**
 * Whether the shopper may claim a coupon of this template at this moment. A coupon for other channels or tiers doesn't exist for them. The limits
 * are decided where the counters are: here they only spare a hopeless try.
 */
export function mayClaim(
  template: CouponTemplate | null,
  shopper: Shopper,
  at: Date,
  path: readonly string[],
): Outcome<CouponTemplate> {
  if (!template || shopperRejection(template.scope, shopper) !== null) return refused(couponNotFound(path));
  if (at >= template.endsAt) return refused(couponExpired(path));
  if (at < template.startsAt) return refused(invalidState(path, { state: 'SCHEDULED' }));
  if (template.claimsLeft !== null && template.claimsLeft <= 0) return refused(couponUsedUp(path));
  return accepted(template);
}

/** The member's coupon as the price engine sees it. */
export function couponRule(template: CouponTemplate, coupon: Coupon, code: string | null): CouponRule {
  return {
    ...templateFacts(template, code),
    couponId: coupon._id,
    status: coupon.status,
    validFrom: coupon.validFrom,
    expiresAt: coupon.expiresAt,
    claimsLeft: null,
    memberClaimsLeft: null,
  };
}

/** A typed-in code of which the member has claimed `claimed` coupons and none is free: placing the order would claim one more. */
export function unclaimedRule(template: CouponTemplate, code: string, claimed: number): CouponRule {
  return {
    ...templateFacts(template, code),
    couponId: null,
    status: 'CLAIMED',
    validFrom: template.startsAt,
    expiresAt: template.endsAt,
    claimsLeft: template.claimsLeft,
    memberClaimsLeft: template.perMemberLimit - claimed,
  };
}

function templateFacts(template: CouponTemplate, code: string | null) {
  const { _id, title, scope, thresholdMinor, amountOffMinor, percentOff, stacking, currency, budget } = template;
  return {
    templateId: _id,
    code,
    title,
    scope,
    thresholdMinor,
    amountOffMinor,
    percentOff,
    stacking,
    currency,
    budgetLeftMinor: budget?.leftMinor ?? null,
  };
}
