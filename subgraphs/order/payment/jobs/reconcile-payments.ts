import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import type { ReconcileDay } from '../actions/reconcile-day.ts';
import { paymentProviders } from '../domain/payment.ts';
import { chinaDay, reconciliationId } from '../domain/reconciliation.ts';
import type { Reconciliations } from '../store/reconciliations.ts';

interface ReconcileParts {
  readonly reconciliations: Reconciliations;
  readonly reconcileDay: ReconcileDay;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 30 * 60_000;
/** Statements of a day are made in the morning after it; days that could not be compared are caught up on for a week. */
const catchesUpDays = 7;
const hoursAfterMidnight = 10.5;

/** Compares each day with the providers' statements, once, in the morning after it. */
export function reconcilePayments({ reconciliations, reconcileDay, log }: ReconcileParts): Job {
  return {
    name: 'reconcile-payments',
    everyMs,
    async run({ now, signal }) {
      const ready = new Date(now.getTime() - hoursAfterMidnight * 3_600_000);
      for (let back = catchesUpDays; back >= 1; back -= 1) {
        const day = chinaDay(ready, back);
        for (const provider of paymentProviders) {
          signal.throwIfAborted();
          if ((await reconciliations.byId(reconciliationId(provider, day))) !== null) continue;
          try {
            await reconcileDay(provider, day);
          } catch (error) {
            log.warn({ err: error, provider, day }, 'a day could not be compared with its statement yet');
          }
        }
      }
    },
  };
}
