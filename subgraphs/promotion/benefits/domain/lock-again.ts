import type { BenefitLock } from './benefit-lock.ts';
import type { LockRequest } from './decide-lock.ts';

/**
 * What a lock that is there means for a request of the same order: `DONE` already, `CARRY_ON` for a later attempt, to be taken `ANEW`, or `REFUSED` because the
 * attempt gave its benefits back or a later one has begun.
 */
export function standingOf(lock: BenefitLock, attempt: number): 'DONE' | 'CARRY_ON' | 'ANEW' | 'REFUSED' {
  if (lock.attempt > attempt) return 'REFUSED';
  if (lock.state !== 'RELEASED') return lock.attempt === attempt ? 'DONE' : 'CARRY_ON';
  return lock.attempt < attempt || lock.lapsed ? 'ANEW' : 'REFUSED';
}

/** The same request, with the coupons that an earlier lock of the order claimed by code: they are the member's by now. */
export function withClaimedCoupons(request: LockRequest, lock: BenefitLock): LockRequest {
  const coupons = request.coupons.map((wanted) => {
    const claimed = lock.coupons.find(({ templateId }) => templateId === wanted.templateId);
    return { ...wanted, couponId: wanted.couponId ?? claimed?.couponId ?? null };
  });
  return { ...request, coupons };
}

/** What a lock holds or held, as the request that would hold it. */
export function requestOf(lock: BenefitLock): LockRequest {
  const { _id: orderId, attempt, memberId, currency, promotions, coupons, flashTicketId, presale, expiresAt } = lock;
  return { orderId, attempt, memberId, currency, promotions, coupons, flashTicketId, presale, expiresAt };
}
