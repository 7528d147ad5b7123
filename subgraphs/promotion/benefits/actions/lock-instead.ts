import type { TransactOutcome } from '#kit/mongo/transaction.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { LockRequest } from '../domain/decide-lock.ts';
import { returnBenefits } from '../steps/return-benefits.ts';
import { takeLocks } from '../steps/take-locks.ts';
import type { Locked } from './lock-desk.ts';

/**
 * Locks what a later attempt of an unpaid order rests on in place of what an earlier one has locked, in one transaction: nobody can take in between what the order gives
 * up and takes again. Refused, the earlier lock stays as it is. Idempotent by order id and attempt.
 */
export async function lockInstead(
  { stores, transact }: { readonly stores: BenefitStores; readonly transact: TransactOutcome },
  request: LockRequest,
  at: Date,
): Promise<Outcome<Locked>> {
  return transact(async (session) => {
    const lock = await stores.locks.byOrder(request.orderId, session);
    if (lock?.state === 'LOCKED' && lock.attempt < request.attempt)
      await returnBenefits(stores, session, { lock, from: 'LOCKED', at });
    const [outcome] = await takeLocks(stores, session, [{ request, at }]);
    if (outcome === undefined) throw new Error(`nothing was decided about ${request.orderId}`);
    if (!outcome.ok) return refused(...outcome.refusals);
    return accepted({ couponIds: outcome.value.coupons.map(({ couponId }) => couponId) });
  });
}
