import { connectionOf, encodeCursor, type ConnectionParent, type Page } from '#kit/connection/connection.ts';
import { invoiceStatuses, type Invoice, type InvoiceStatus } from '../domain/invoice.ts';
import type { Invoices } from '../store/invoices.ts';

/** A page of invoices, newest first; in all states unless some are named. */
export async function listInvoices(
  invoices: Pick<Invoices, 'page' | 'count'>,
  named: readonly InvoiceStatus[] | null,
  page: Page,
): Promise<ConnectionParent<Invoice>> {
  const statuses = named ?? invoiceStatuses;
  return connectionOf({
    rows: await invoices.page(statuses, page),
    first: page.first,
    after: page.after,
    cursorOf: (invoice) => encodeCursor([invoice._id]),
    totalCount: () => invoices.count(statuses),
  });
}
