import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { WorkingCopy } from '../../offer/domain/working-copy.ts';
import { couponOf, type Coupon } from './coupon.ts';
import type { CouponTemplate } from './coupon-template.ts';

/** A claim that is to become a coupon of this id. */
export interface Claim {
  readonly id: string;
  readonly templateId: string;
  readonly memberId: string;
  readonly at: Date;
}

/** What claims are made from. */
export interface ClaimBooks {
  readonly templates: WorkingCopy<CouponTemplate>;
  readonly coupons: WorkingCopy<Coupon>;
  /** How many coupons each member has claimed of each template, by `memberCounterKey`. */
  readonly memberClaims: WorkingCopy<number>;
}

/** Which limit is in the way of a claim. */
export type ClaimObstacle = 'MEMBER_LIMIT_REACHED' | 'USED_UP';

/** Counts the claim for the member and for everybody and makes the coupon; or says which limit is in the way. A coupon that is there already is the answer. */
export function decideClaim(claim: Claim, books: ClaimBooks): Coupon | ClaimObstacle {
  const known = books.coupons.get(claim.id);
  if (known) return known;
  const template = books.templates.get(claim.templateId);
  if (!template) return 'USED_UP';
  const counter = memberCounterKey(template._id, claim.memberId);
  const sequence = (books.memberClaims.get(counter) ?? 0) + 1;
  if (sequence > template.perMemberLimit) return 'MEMBER_LIMIT_REACHED';
  if (template.claimsLeft !== null) {
    if (template.claimsLeft < 1) return 'USED_UP';
    books.templates.set(template._id, { ...template, claimsLeft: template.claimsLeft - 1 });
  }
  const { id, memberId, at } = claim;
  const coupon = couponOf(template, { id, memberId, sequence, at });
  books.memberClaims.set(counter, sequence);
  books.coupons.set(id, coupon);
  return coupon;
}
