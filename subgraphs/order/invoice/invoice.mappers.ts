import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Invoice } from './domain/invoice.ts';

export type InvoiceMapper = Invoice;
export type InvoiceConnectionMapper = ConnectionParent<Invoice>;
