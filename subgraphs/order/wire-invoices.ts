import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { OrderConfig } from './config.ts';
import { createInvoiceDesk } from './invoice/actions/invoice-desk.ts';
import { createRequestInvoice, type RequestInvoice } from './invoice/actions/request-invoice.ts';
import { createVoidInvoice, type VoidInvoice } from './invoice/actions/void-invoice.ts';
import { createNuonuoIssuer } from './invoice/issuers/nuonuo/nuonuo-issuer.ts';
import type { OrderPrivacy } from './personal-data/order-privacy.ts';
import type { Stores } from './wire-stores.ts';

/** What can be done about invoices. */
export interface InvoiceActions {
  readonly requestInvoice: RequestInvoice;
  readonly voidInvoice: VoidInvoice;
}

interface InvoiceParts {
  readonly stores: Stores;
  readonly config: Pick<OrderConfig, 'nuonuo'>;
  readonly privacy: OrderPrivacy;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The actions on invoices, and the desk that a job shares with them. */
export function createInvoiceActions({ stores, config, ...rest }: InvoiceParts) {
  const { invoices, orders } = stores;
  const issuer = config.nuonuo && createNuonuoIssuer(config.nuonuo, rest.clock);
  const invoiceDesk = createInvoiceDesk({ invoices, orders, issuer, ...rest });
  const parts = { invoices, orders, invoiceDesk, canInvoice: issuer !== null, ...rest };
  const invoiceActions: InvoiceActions = {
    requestInvoice: createRequestInvoice(parts),
    voidInvoice: createVoidInvoice(parts),
  };
  return { invoiceActions, invoiceDesk };
}
