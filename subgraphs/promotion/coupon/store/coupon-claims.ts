import type { ClientSession } from 'mongoose';
import { couponOf, type Coupon } from '../domain/coupon.ts';
import type { CouponTemplate } from '../domain/coupon-template.ts';
import type { CouponTemplateStore } from './coupon-templates.ts';
import type { CouponStore } from './coupons.ts';

/** A claim that is to become a coupon. */
export interface Claim {
  readonly id: string;
  readonly memberId: string;
  readonly at: Date;
}

/** Turns claims into coupons within the limits, in MongoDB. */
export function createCouponClaims(templates: CouponTemplateStore, coupons: CouponStore) {
  return {
    /** Makes ready for `claim`; outside its transaction. */
    prepare: (templateId: string, memberId: string): Promise<void> => templates.openCounter(templateId, memberId),
    /** Counts the claim for the member and for everybody, and stores the coupon; or says which limit is in the way: end the transaction then. */
    async claim(
      session: ClientSession,
      template: CouponTemplate,
      { id, memberId, at }: Claim,
    ): Promise<Coupon | 'MEMBER_LIMIT_REACHED' | 'USED_UP'> {
      const sequence = await templates.countClaim(session, template._id, memberId, template.perMemberLimit);
      if (sequence === null) return 'MEMBER_LIMIT_REACHED';
      if (!(await templates.takeOne(session, template))) return 'USED_UP';
      const coupon = couponOf(template, { id, memberId, sequence, at });
      await coupons.insert(session, coupon);
      return coupon;
    },
  };
}
export type CouponClaims = ReturnType<typeof createCouponClaims>;
