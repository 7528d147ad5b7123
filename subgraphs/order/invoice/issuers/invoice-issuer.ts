import type { InvoiceBuyer, IssuedDocument } from '../domain/invoice.ts';

/** What is to be issued. */
export interface IssueRequest {
  /** The invoice's id: the platform's key, so that it is issued once. */
  readonly invoiceId: string;
  readonly orderNumber: string;
  readonly buyer: InvoiceBuyer;
  /** With tax, minor units of CNY. */
  readonly amountMinor: number;
}

/** What is to be voided by a red letter (红冲) over the whole amount. */
export interface VoidRequest extends IssueRequest {
  /** The red letter's own id. */
  readonly redLetterId: string;
  readonly document: IssuedDocument;
}

/** What a platform says: done, under way, or refused for good. */
export type IssuerAnswer =
  | { readonly outcome: 'DONE'; readonly document: IssuedDocument }
  | { readonly outcome: 'PENDING' }
  | { readonly outcome: 'REFUSED'; readonly reason: string };

/**
 * A platform that issues invoices. Both calls have one effect for their id however often they are made: `again` says that it was asked before, so that it is asked
 * what became of that first. Each throws when nobody knows what was done.
 */
export interface InvoiceIssuer {
  issue(request: IssueRequest, again: boolean): Promise<IssuerAnswer>;
  void(request: VoidRequest, again: boolean): Promise<IssuerAnswer>;
}
