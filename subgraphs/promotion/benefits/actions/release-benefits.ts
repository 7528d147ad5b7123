import type { TransactOutcome } from '#kit/mongo/transaction.ts';
import { accepted } from '#kit/user-error/user-error.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import { releasedBeforeLock } from '../domain/benefit-lock.ts';
import { returnBenefits } from '../steps/return-benefits.ts';

/**
 * Gives back what an attempt of an order that was never paid, or an earlier one, holds; how many benefits it held. Idempotent: the second time there is nothing left to
 * give. Before the lock it leaves a mark that forbids it. What a paid order used stays used: only its cancellation or refund gives it back.
 */
export async function releaseBenefits(
  { stores, transact }: { stores: BenefitStores; transact: TransactOutcome },
  { orderId, attempt }: { readonly orderId: string; readonly attempt: number },
  at: Date,
): Promise<number> {
  const outcome = await transact(async (session) => {
    const lock = await stores.locks.byOrder(orderId, session);
    if (!lock) await stores.locks.insert(session, [releasedBeforeLock(orderId, attempt, at)]);
    if (!lock || lock.attempt > attempt) return accepted(0);
    const released = await returnBenefits(stores, session, { lock, from: 'LOCKED', at });
    const now = await stores.locks.byOrder(orderId, session);
    if (now?.state === 'RELEASED') await stores.locks.replace(session, { ...now, attempt, lapsed: false });
    return accepted(released);
  });
  return outcome.ok ? outcome.value : 0;
}
