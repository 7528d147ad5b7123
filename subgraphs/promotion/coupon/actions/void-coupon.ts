import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { statusAt, type Coupon } from '../domain/coupon.ts';
import type { CouponStore } from '../store/coupons.ts';

/** Withdraws a free coupon. One that an order holds stays with the order. */
export async function voidCoupon(
  { coupons }: { coupons: CouponStore },
  couponId: string,
  at: Date,
): Promise<Outcome<Coupon>> {
  const withdrawn = await coupons.withdraw(couponId, at);
  if (withdrawn) return accepted(withdrawn);
  const coupon = (await coupons.byIds([couponId])).get(couponId);
  if (!coupon) return refused(notFound(['couponId'], 'coupon'));
  if (coupon.status === 'VOID') return accepted(coupon);
  return refused(invalidState(['couponId'], { state: statusAt(coupon, at) }));
}
