/** How far an invoice is. */
export const invoiceStatuses = ['REQUESTED', 'ISSUED', 'VOIDING', 'VOIDED', 'FAILED'] as const;
export type InvoiceStatus = (typeof invoiceStatuses)[number];

/** Who an invoice is made out to. */
export interface InvoiceBuyer {
  readonly kind: 'PERSONAL' | 'COMPANY';
  readonly title: string;
  /** The unified social credit code of a company; null for a person. */
  readonly taxNumber: string | null;
  /** Where it is sent; null when nobody asked for it. */
  readonly email: string | null;
}

/**
 * An invoice for what was really paid for an order: an intent first, issued with its own id as the platform's key, and repeated until the platform has a last
 * word. Amounts are minor units.
 */
export interface Invoice {
  readonly _id: string;
  readonly orderId: string;
  readonly memberId: string;
  /** The sealed {@link InvoiceBuyer}. */
  readonly buyer: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: InvoiceStatus;
  /** True until it failed or was voided: an order has at most one such. */
  readonly live: boolean;
  /** Code and number on the document, and where it can be read; null before it is issued. */
  readonly code: string | null;
  readonly number: string | null;
  readonly url: string | null;
  /** What the platform said when it refused, sealed: it may quote the buyer. */
  readonly failure: string | null;
  /** The red letter that voids it: its own id, why (the words of staff, sealed; ours when money went back), and whether an invoice for what is still paid comes after it. */
  readonly redLetter: { readonly id: string; readonly reason: string; readonly reissue: boolean } | null;
  /** The voided invoice in whose place it stands. */
  readonly replaces: string | null;
  readonly createdAt: Date;
  readonly issuedAt: Date | null;
  readonly voidedAt: Date | null;
  /** When the platform is to be asked again and how often it was; null once it has said its last word. */
  readonly task: { readonly askAt: Date; readonly asks: number } | null;
}

/** The order of an invoice, as far as it tells whose key seals what is written about it. */
export function orderOf({ orderId, memberId }: Pick<Invoice, 'orderId' | 'memberId'>) {
  return { _id: orderId, memberId };
}

/** What an issuer says about an issued document. */
export interface IssuedDocument {
  readonly code: string;
  readonly number: string;
  readonly url: string | null;
}

/** A new invoice that is about to be asked for. */
export function requestedInvoice(
  facts: Pick<Invoice, '_id' | 'orderId' | 'memberId' | 'buyer' | 'amountMinor' | 'currency' | 'replaces'>,
  at: Date,
): Invoice {
  return {
    ...facts,
    status: 'REQUESTED',
    live: true,
    code: null,
    number: null,
    url: null,
    failure: null,
    redLetter: null,
    createdAt: at,
    issuedAt: null,
    voidedAt: null,
    task: { askAt: at, asks: 0 },
  };
}
