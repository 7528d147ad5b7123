import type { Check } from '#kit/verification/verify-door.ts';
import type { BenefitLock } from '../benefits/domain/benefit-lock.ts';
import type { Coupon } from '../coupon/domain/coupon.ts';
import type { CouponTemplate } from '../coupon/domain/coupon-template.ts';
import { membersInOne } from './members-in-one.ts';
import { addTo } from './domain/what-locks-hold.ts';

/** Coupons: as many as were counted, never more than the limits, and each held by exactly the order that says so. */
export const verifyCoupons: Check = async (moment, findings) => {
  const claimed = new Map<string, number>();
  const claimedBy = new Map<string, number>();
  for await (const coupons of moment.batches<Coupon>('coupons')) {
    const orderIds = coupons.flatMap(({ orderId }) => orderId ?? []);
    const locks = await moment.find<BenefitLock>('benefitLocks', { _id: { $in: orderIds } });
    const lockOf = new Map(locks.map((lock) => [lock._id, lock]));
    for (const { _id, templateId, memberId, status, orderId } of coupons) {
      addTo(claimed, templateId, 1);
      addTo(claimedBy, `${templateId}:${memberId}`, 1);
      const lock = orderId === null ? undefined : lockOf.get(orderId);
      const holds = lock?.coupons.some(({ couponId }) => couponId === _id) === true ? lock.state : 'RELEASED';
      const heldAs = status === 'LOCKED' || status === 'USED' ? status : 'RELEASED';
      findings.compare('coupons: status = lock of their order', _id, holds, heldAs);
    }
  }
  await verifyLockedCoupons(moment, findings);

  const limitOf = new Map<string, number>();
  for await (const templates of moment.batches<CouponTemplate>('couponTemplates')) {
    for (const { _id, totalLimit, claimsLeft, perMemberLimit } of templates) {
      limitOf.set(_id, perMemberLimit);
      if (totalLimit === null || claimsLeft === null) continue;
      findings.compare('coupons: claims counted = coupons', _id, claimed.get(_id) ?? 0, totalLimit - claimsLeft);
      findings.compare('coupons: claims <= limit', _id, true, claimsLeft >= 0 && (claimed.get(_id) ?? 0) <= totalLimit);
    }
  }
  for await (const rows of moment.batches<{ _id: string; claims: number }>('couponMemberClaims')) {
    for (const { _id, claims } of rows) {
      findings.compare('coupons: claims of a member counted = coupons', _id, claimedBy.get(_id) ?? 0, claims);
    }
  }
  const members = await membersInOne(moment);
  for (const [key, count] of claimedBy) {
    const limit = limitOf.get(key.split(':')[0] ?? '') ?? 0;
    findings.compare('coupons: claims of a member <= limit', key, true, count <= limit * members(key));
  }
};

/** The other way round: what an order holds is held by nobody else. */
async function verifyLockedCoupons(moment: Parameters<Check>[0], findings: Parameters<Check>[1]): Promise<void> {
  for await (const locks of moment.batches<BenefitLock>('benefitLocks', { 'coupons.0': { $exists: true } })) {
    const ids = locks.flatMap((lock) => lock.coupons.map(({ couponId }) => couponId));
    const coupons = await moment.find<Coupon>('coupons', { _id: { $in: ids } });
    const byId = new Map(coupons.map((coupon) => [coupon._id, coupon]));
    for (const { _id: orderId, state, coupons: held } of locks) {
      if (state === 'RELEASED') continue;
      for (const { couponId } of held) {
        const subject = `${orderId}:${couponId}`;
        findings.compare('coupons: an order holds its own', subject, orderId, byId.get(couponId)?.orderId ?? null);
      }
    }
  }
}
