import { newId } from '#kit/ids/ids.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Shopper } from '../../quote/domain/cart.ts';
import { claimLimitReached, couponUsedUp, mayClaim, type Coupon } from '../domain/coupon.ts';
import type { CouponTemplateStore } from '../store/coupon-templates.ts';
import type { ClaimDesk } from './claim-desk.ts';

export interface ClaimCouponNeeds {
  readonly templates: CouponTemplateStore;
  readonly claimDesk: ClaimDesk;
}

/** Claims one coupon of a template for a member. Limits hold however many claim at once. */
export async function claimCoupon(
  { templates, claimDesk }: ClaimCouponNeeds,
  { templateId, memberId, shopper }: { templateId: string; memberId: string; shopper: Shopper },
  { at, signal }: { readonly at: Date; readonly signal?: AbortSignal },
): Promise<Outcome<Coupon>> {
  const path = ['templateId'];
  const found = (await templates.byIds([templateId])).get(templateId) ?? null;
  const allowed = mayClaim(found, shopper, at, path);
  if (!allowed.ok) return allowed;
  const { totalLimit, perMemberLimit } = allowed.value;
  const claim = { id: newId('coupon'), templateId, memberId, at, isLimited: totalLimit !== null };
  const coupon = await claimDesk(claim, signal);
  if (coupon === 'MEMBER_LIMIT_REACHED') return refused(claimLimitReached(path, perMemberLimit));
  return coupon === 'USED_UP' ? refused(couponUsedUp(path)) : accepted(coupon);
}
