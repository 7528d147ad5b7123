import type { Job } from '#kit/jobs/jobs.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { discrepanciesOf } from '../domain/stock-discrepancies.ts';
import type { StockAudit } from '../store/stock-audit.ts';

interface ErrorLog {
  error(facts: object, message: string): void;
}

/** Adds the books up once a day. They agree by construction; should they ever not, somebody has to know before a shopper does. */
export function reportStockDiscrepancies(deps: {
  readonly transact: Transact;
  readonly audit: StockAudit;
  readonly log: ErrorLog;
}): Job {
  return {
    name: 'report-stock-discrepancies',
    everyMs: 24 * 3_600_000,
    async run() {
      const books = await deps.transact((session) => deps.audit.books(session));
      for (const discrepancy of discrepanciesOf(books)) deps.log.error(discrepancy, 'the stock books disagree');
    },
  };
}
