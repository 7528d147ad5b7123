import type { Job } from '#kit/jobs/jobs.ts';
import type { CouponStore } from '../store/coupons.ts';

/** Writes down, every ten minutes, which free coupons have expired. Everybody who reads a coupon knows it before. */
export function expireCoupons({ coupons }: { coupons: CouponStore }): Job {
  return {
    name: 'expire-coupons',
    everyMs: 10 * 60_000,
    async run({ now }) {
      await coupons.expire(now);
    },
  };
}
