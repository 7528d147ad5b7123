import type { Job } from '#kit/jobs/jobs.ts';
import type { TransactOutcome } from '#kit/mongo/transaction.ts';
import { accepted } from '#kit/user-error/user-error.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import { returnBenefits } from '../steps/return-benefits.ts';

/** The order closes itself when it isn't paid in time; only after this long is it taken for lost. */
export const graceMs = 10 * 60_000;
const batch = 200;

/**
 * Releases, every minute, locks whose order should long have been paid or closed but never told: a crash left them behind. Should the order turn out to be paid after all,
 * it may lock again what is still there.
 */
export function releaseOverdueBenefits(needs: { stores: BenefitStores; transact: TransactOutcome }): Job {
  return {
    name: 'release-overdue-benefits',
    everyMs: 60_000,
    async run({ now, signal }) {
      for (const lock of await needs.stores.locks.overdue(new Date(now.getTime() - graceMs), batch)) {
        signal.throwIfAborted();
        await needs.transact(async (session) =>
          accepted(await returnBenefits(needs.stores, session, { lock, from: 'LOCKED', at: now, lapsed: true })),
        );
      }
    },
  };
}
