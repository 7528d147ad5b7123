import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Orders } from '../../order/store/orders.ts';
import { nextAsk } from '../../payment/domain/next-ask.ts';
import { netPaidMinor } from '../domain/decide-invoice.ts';
import { orderOf, requestedInvoice, type Invoice } from '../domain/invoice.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { InvoiceIssuer, IssuerAnswer } from '../issuers/invoice-issuer.ts';
import type { Invoices } from '../store/invoices.ts';

interface DeskParts {
  readonly invoices: Invoices;
  readonly orders: Pick<Orders, 'byId' | 'note'>;
  /** Null where no platform is set up: nothing is issued then. */
  readonly issuer: InvoiceIssuer | null;
  readonly privacy: Pick<OrderPrivacy, 'buyerOf' | 'sealWords'>;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

/** Why an invoice is voided that doesn't say what was really paid any more. */
const refundReason = '退款';

export type InvoiceDesk = ReturnType<typeof createInvoiceDesk>;

/**
 * Has invoices issued and voided: the intent first, then the platform with the intent's id as its key, then the record of what it said. An invoice that doesn't say
 * what was really paid any more is voided by a red letter, and one over the rest is issued in its place.
 */
export function createInvoiceDesk({ invoices, orders, issuer, privacy, transact, clock, log }: DeskParts) {
  /** The platform issued it. When money went back meanwhile it is to be voided at once. */
  async function issued(invoice: Invoice, { document }: Extract<IssuerAnswer, { outcome: 'DONE' }>): Promise<void> {
    const at = clock.now();
    await transact(async (session) => {
      const after = await invoices.issue(session, invoice._id, document, at);
      if (after === null) return;
      await orders.note(session, invoice.orderId, { at, actor: 'system', note: `INVOICED:${invoice._id}` });
      const order = await orders.byId(invoice.orderId, session);
      if (order === null || netPaidMinor(order) === invoice.amountMinor) return;
      const redLetter = { id: newId('invoice'), reason: refundReason, reissue: true };
      await invoices.beginVoiding(invoice._id, redLetter, at, session);
    });
  }

  /** The red letter is out. What is still paid is invoiced anew if that was wanted. */
  async function voided(invoice: Invoice): Promise<Invoice | null> {
    const at = clock.now();
    const { _id: replaces, orderId, memberId, buyer, currency, redLetter } = invoice;
    return transact(async (session) => {
      if ((await invoices.endVoiding(session, replaces, at)) === null) return null;
      await orders.note(session, orderId, { at, actor: 'system', note: `INVOICE_VOIDED:${replaces}` });
      const order = await orders.byId(orderId, session);
      const amountMinor = order === null ? 0 : netPaidMinor(order);
      if (redLetter?.reissue !== true || amountMinor <= 0) return null;
      const facts = { _id: newId('invoice'), orderId, memberId, buyer, amountMinor, currency, replaces };
      const next = requestedInvoice(facts, at);
      await invoices.insertIn(session, next);
      return next;
    });
  }

  const sealedFailure = (invoice: Invoice, failure: string) =>
    privacy.sealWords(orderOf(invoice), 'invoices.failure', invoice._id, failure);

  /** Asks the platform once; answers the invoice that is to be asked about next, if any. */
  async function askOnce(id: string): Promise<Invoice | null> {
    const invoice = await invoices.byId(id);
    if (issuer === null || invoice?.task == null) return null;
    const order = await orders.byId(invoice.orderId);
    if (order === null) throw new Error(`the order ${invoice.orderId} of the invoice ${id} is gone`);
    const { amountMinor, redLetter, code, number, url, task } = invoice;
    const buyer = await privacy.buyerOf(invoice);
    if (buyer === null) throw new Error(`it is not known any more whom the invoice ${id} is made out to`);
    await invoices.noteAsked(id, nextAsk(task.asks, clock.now()));
    const asked = { invoiceId: id, orderNumber: order.number, buyer, amountMinor };
    const again = task.asks > 0;
    if (invoice.status === 'VOIDING' && redLetter !== null && code !== null && number !== null) {
      const answer = await issuer.void({ ...asked, redLetterId: redLetter.id, document: { code, number, url } }, again);
      if (answer.outcome === 'DONE') return voided(invoice);
      if (answer.outcome === 'REFUSED') {
        log.error({ invoiceId: id }, 'an invoice could not be voided: its failure says why; see to it at the issuer');
        await invoices.noteFailure(id, await sealedFailure(invoice, answer.reason));
      }
      return null;
    }
    const answer = await issuer.issue(asked, again);
    if (answer.outcome === 'REFUSED') await invoices.fail(id, await sealedFailure(invoice, answer.reason));
    if (answer.outcome !== 'DONE') return null;
    await issued(invoice, answer);
    const now = await invoices.byId(id);
    return now?.status === 'VOIDING' ? now : null;
  }

  return {
    /** Carries an intent out now, and what follows from it. When the platform can't be asked, a job does it later. */
    async carryOut(invoiceId: string): Promise<void> {
      try {
        for (let next: Invoice | null = await askOnce(invoiceId); next !== null;) next = await askOnce(next._id);
      } catch (error) {
        log.error({ err: error, invoiceId }, 'an invoice could not be dealt with yet');
      }
    },
  };
}
