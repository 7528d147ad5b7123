import type { Job } from '#kit/jobs/jobs.ts';
import type { InvoiceDesk } from '../actions/invoice-desk.ts';
import type { Invoices } from '../store/invoices.ts';

const everyMs = 10_000;
const batch = 50;

/** Has issued and voided what was decided and not yet answered; a platform that can't be asked is asked ever more seldom. */
export function askInvoiceIssuer({
  invoices,
  invoiceDesk,
}: {
  readonly invoices: Invoices;
  readonly invoiceDesk: InvoiceDesk;
}): Job {
  return {
    name: 'ask-invoice-issuer',
    everyMs,
    hasWork: async (now) => (await invoices.toAsk(now, 1)).length > 0,
    async run({ now, signal }) {
      for (const { _id } of await invoices.toAsk(now, batch)) {
        signal.throwIfAborted();
        await invoiceDesk.carryOut(_id);
      }
    },
  };
}
