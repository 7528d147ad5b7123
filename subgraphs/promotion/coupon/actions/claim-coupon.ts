import { newId } from '#kit/ids/ids.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Shopper } from '../../quote/domain/cart.ts';
import type { InTurn } from '../../in-turn.ts';
import type { Transact } from '../../transact.ts';
import { claimLimitReached, couponUsedUp, mayClaim, type Coupon } from '../domain/coupon.ts';
import type { CouponClaims } from '../store/coupon-claims.ts';
import type { CouponTemplateStore } from '../store/coupon-templates.ts';

export interface ClaimCouponNeeds {
  readonly templates: CouponTemplateStore;
  readonly claims: CouponClaims;
  readonly transact: Transact;
  readonly inTurn: InTurn;
}

/** Claims one coupon of a template for a member. Limits hold however many claim at once. */
export async function claimCoupon(
  { templates, claims, transact, inTurn }: ClaimCouponNeeds,
  { templateId, memberId, shopper }: { templateId: string; memberId: string; shopper: Shopper },
  at: Date,
): Promise<Outcome<Coupon>> {
  const path = ['templateId'];
  const found = (await templates.byIds([templateId])).get(templateId) ?? null;
  const allowed = mayClaim(found, shopper, at, path);
  if (!allowed.ok) return allowed;
  const template = allowed.value;
  await claims.prepare(templateId, memberId);
  const claim = { id: newId('coupon'), memberId, at };
  const contended = template.totalLimit === null ? [] : [templateId];
  return inTurn(contended, () =>
    transact(async (session) => {
      const coupon = await claims.claim(session, template, claim);
      if (coupon === 'MEMBER_LIMIT_REACHED') return refused(claimLimitReached(path, template.perMemberLimit));
      return coupon === 'USED_UP' ? refused(couponUsedUp(path)) : accepted(coupon);
    }),
  );
}
