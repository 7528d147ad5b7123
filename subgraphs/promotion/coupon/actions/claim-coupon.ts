import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
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
  const { templateId, memberId, idempotencyKey: key } = wish;
  if (key === null) return claimNow(needs, wish, newId('coupon'), moment);
  const done = await needs.once(
    { caller: memberId, operation: 'claimCoupon', key, input: { templateId }, subject: 'coupon' },
    async (id): Promise<Outcome<string>> => {
      const claimed = await claimNow(needs, wish, id, moment);
      return claimed.ok ? accepted(claimed.value._id) : claimed;
    },
  );
  if (!done.ok) return done;
  const coupon = (await needs.coupons.byIds([done.value])).get(done.value);
  if (coupon === undefined) throw new Error(`the coupon ${done.value} is gone`);
  return accepted(coupon);
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
