import type { Session } from '#kit/mongo/transaction.ts';
import { statusWhenReturned } from '../../coupon/domain/coupon.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';

/** What was locked was used: the order is paid. */
export async function useCoupons(stores: BenefitStores, session: Session, lock: BenefitLock): Promise<void> {
  for (const { couponId, templateId, amountMinor } of lock.coupons) {
    await stores.coupons.use(session, couponId, lock._id);
    await stores.templates.settle(session, templateId, amountMinor);
  }
}

/** What was locked goes back, also after the order was paid: a coupon is free again if it is still valid. A claimed one stays the member's. */
export async function returnCoupons(
  stores: BenefitStores,
  session: Session,
  { lock, wasPaid, at }: { lock: BenefitLock; wasPaid: boolean; at: Date },
): Promise<void> {
  if (lock.coupons.length === 0) return;
  const ids = lock.coupons.map((coupon) => coupon.couponId);
  const coupons = await stores.coupons.byIds(ids, session);
  for (const { couponId, templateId, amountMinor } of lock.coupons) {
    const coupon = coupons.get(couponId);
    if (coupon) {
      const status = statusWhenReturned(coupon, at);
      await stores.coupons.giveBack(session, { id: couponId, orderId: lock._id, status });
    }
    await stores.templates.giveBack(session, templateId, amountMinor, wasPaid);
  }
}
