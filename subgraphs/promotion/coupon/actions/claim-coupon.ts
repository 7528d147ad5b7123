import type { Once } from '#kit/idempotency/once.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { createdOnce } from '../../created-once.ts';
import type { Shopper } from '../../quote/domain/cart.ts';
import { claimLimitReached, couponUsedUp, mayClaim, type Coupon } from '../domain/coupon.ts';
import type { CouponTemplateStore } from '../store/coupon-templates.ts';
import type { CouponStore } from '../store/coupons.ts';
import type { ClaimDesk } from './claim-desk.ts';

export interface ClaimCouponNeeds {
  readonly templates: CouponTemplateStore;
  readonly coupons: Pick<CouponStore, 'byIds'>;
  readonly claimDesk: ClaimDesk;
  readonly once: Once;
}

/** Who wants a coupon of which template. */
export interface CouponWish {
  readonly templateId: string;
  readonly memberId: string;
  readonly shopper: Shopper;
  /** Null: every call is a wish of its own. */
  readonly idempotencyKey: string | null;
}

interface Moment {
  readonly at: Date;
  readonly signal?: AbortSignal;
}

/** Claims one coupon of a template for a member, the same one for the same key. Limits hold however many claim at once. */
export async function claimCoupon(needs: ClaimCouponNeeds, wish: CouponWish, moment: Moment): Promise<Outcome<Coupon>> {
  const { templateId, memberId: caller, idempotencyKey: key } = wish;
  const claim = { caller, operation: 'claimCoupon', key, input: { templateId }, subject: 'coupon' } as const;
  return createdOnce(needs.once, claim, {
    byIds: needs.coupons.byIds,
    create: (id) => claimNow(needs, wish, id, moment),
  });
}

async function claimNow(
  { templates, claimDesk }: ClaimCouponNeeds,
  { templateId, memberId, shopper }: CouponWish,
  id: string,
  { at, signal }: Moment,
): Promise<Outcome<Coupon>> {
  const path = ['templateId'];
  const found = (await templates.byIds([templateId])).get(templateId) ?? null;
  const allowed = mayClaim(found, shopper, at, path);
  if (!allowed.ok) return allowed;
  const { totalLimit, perMemberLimit } = allowed.value;
  const claim = { id, templateId, memberId, at, isLimited: totalLimit !== null };
  const coupon = await claimDesk(claim, signal);
  if (coupon === 'MEMBER_LIMIT_REACHED') return refused(claimLimitReached(path, perMemberLimit));
  return coupon === 'USED_UP' ? refused(couponUsedUp(path)) : accepted(coupon);
}
