import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Shopper } from '../../quote/domain/cart.ts';
import { coversChannel } from '../../quote/domain/scope.ts';
import { couponExpired, couponNotFound, couponUsedUp } from '../domain/coupon.ts';
import { codeOf } from '../domain/coupon-template.ts';
import type { CouponTemplateStore } from '../store/coupon-templates.ts';
import type { CouponStore } from '../store/coupons.ts';

/**
 * Whether a typed-in code is worth noting on a cart: it exists in the channel, its time isn't over, and the shopper holds a free coupon of it or could
 * still claim one. Everything else (thresholds, goods, a start in the future) may still change, and is the quote's to say.
 */
export async function checkCouponCode(
  { templates, coupons }: { templates: CouponTemplateStore; coupons: CouponStore },
  typed: string,
  shopper: Pick<Shopper, 'memberId' | 'channel'>,
  at: Date,
): Promise<Outcome<{ templateId: string; code: string }>> {
  const path = ['code'];
  const code = codeOf(typed);
  const template = (await templates.byCodes([code])).get(code);
  if (!template || !coversChannel(template.scope, shopper.channel)) return refused(couponNotFound(path));
  const found = accepted({ templateId: template._id, code });
  const own = shopper.memberId === null ? [] : await coupons.presented(shopper.memberId, [], [template._id]);
  if (own.some((coupon) => coupon.status === 'CLAIMED' && coupon.expiresAt > at)) return found;
  if (template.endsAt <= at) return refused(couponExpired(path));
  const mineUsedUp = own.length >= template.perMemberLimit;
  return mineUsedUp || template.claimsLeft === 0 ? refused(couponUsedUp(path)) : found;
}
