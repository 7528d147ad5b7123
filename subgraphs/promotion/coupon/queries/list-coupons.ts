import { connectionOf, encodeCursor, pageOf, type ConnectionParent } from '#kit/connection/connection.ts';
import type { CouponStatus } from '../../quote/domain/rule.ts';
import type { Coupon } from '../domain/coupon.ts';
import type { CouponTemplate } from '../domain/coupon-template.ts';
import type { ClaimableTo, CouponTemplateStore } from '../store/coupon-templates.ts';
import type { CouponStore } from '../store/coupons.ts';

interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A page of a member's coupons, the latest claimed first. BAD_USER_INPUT for a wrong page. */
export async function listCoupons(
  { coupons }: { coupons: CouponStore },
  { memberId, status }: { memberId: string; status: CouponStatus | null },
  args: PageArguments,
  at: Date,
): Promise<ConnectionParent<Coupon>> {
  const page = pageOf(args);
  return connectionOf({
    ...page,
    rows: await coupons.list(memberId, status, page, at),
    cursorOf: (coupon) => encodeCursor([coupon._id]),
    totalCount: () => coupons.count(memberId, status, at),
  });
}

/** A page of the coupons that a shopper could claim now, those ending soonest first. BAD_USER_INPUT for a wrong page. */
export async function listClaimableTemplates(
  { templates }: { templates: CouponTemplateStore },
  to: ClaimableTo,
  args: PageArguments,
  at: Date,
): Promise<ConnectionParent<CouponTemplate>> {
  const page = pageOf(args);
  return connectionOf({
    ...page,
    rows: await templates.claimable(to, page, at),
    cursorOf: (template) => encodeCursor([template.endsAt, template._id]),
    totalCount: () => templates.countClaimable(to, at),
  });
}
