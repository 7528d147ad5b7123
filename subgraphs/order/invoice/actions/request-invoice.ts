import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import type { Orders } from '../../order/store/orders.ts';
import { invoiceableMinor, invoiceExists, invoicingUnavailable, readBuyer } from '../domain/decide-invoice.ts';
import { requestedInvoice, type Invoice, type InvoiceBuyer } from '../domain/invoice.ts';
import type { Invoices } from '../store/invoices.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { InvoiceDesk } from './invoice-desk.ts';

interface RequestParts {
  readonly invoices: Invoices;
  readonly orders: Pick<Orders, 'byId' | 'own' | 'note'>;
  readonly invoiceDesk: InvoiceDesk;
  /** Whether there is a platform that issues invoices. */
  readonly canInvoice: boolean;
  readonly privacy: Pick<OrderPrivacy, 'sealBuyer'>;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
}

export interface InvoiceRequest {
  readonly orderId: string;
  readonly buyer: InvoiceBuyer;
  readonly idempotencyKey: string;
}

export type RequestInvoice = ReturnType<typeof createRequestInvoice>;

/** Asks for an invoice of an own order, once for each key; over what was really paid and has not gone back. */
export function createRequestInvoice({
  invoices,
  orders,
  invoiceDesk,
  canInvoice,
  privacy,
  once,
  transact,
  clock,
}: RequestParts) {
  async function requestNow(
    id: string,
    orderId: string,
    given: InvoiceBuyer,
    member: Member,
  ): Promise<Outcome<string>> {
    // A first try that died after writing.
    if ((await invoices.byId(id)) !== null) return accepted(id);
    const buyer = readBuyer(given);
    if (!buyer.ok) return buyer;
    const order = await orders.own(orderId, member.memberId);
    if (order === null) return refused(notFound(['orderId'], 'order'));
    if (!canInvoice) return refused(invoicingUnavailable());
    const amount = invoiceableMinor(order);
    if (!amount.ok) return amount;
    const { memberId } = member;
    const facts = {
      _id: id,
      orderId,
      memberId,
      buyer: await privacy.sealBuyer({ orderId, memberId }, buyer.value),
      amountMinor: amount.value,
      currency: order.currency,
    };
    const written = await write(requestedInvoice({ ...facts, replaces: null }, clock.now()));
    if (!written.ok) return written;
    await invoiceDesk.carryOut(id);
    return accepted(id);
  }

  /** Writes it together with an entry in the order's timeline, so that the order can't give its place to others in the same moment. */
  async function write(invoice: Invoice): Promise<Outcome<Invoice>> {
    const { orderId, createdAt: at } = invoice;
    return transact(async (session): Promise<Outcome<Invoice>> => {
      const order = await orders.byId(orderId, session);
      if (order === null) throw new Error(`the order ${orderId} is gone`);
      if (order.regroupingId != null) return refused(invalidState(['orderId'], { state: 'REGROUPING' }));
      const amount = invoiceableMinor(order);
      if (!amount.ok) return amount;
      const live = await invoices.liveOf(orderId, session);
      if (live !== null) return refused(invoiceExists(live._id));
      await orders.note(session, orderId, { at, actor: 'member', note: 'INVOICE_REQUESTED' });
      await invoices.insertIn(session, { ...invoice, amountMinor: amount.value });
      return accepted(invoice);
    });
  }

  return async function requestInvoice(
    { orderId, buyer, idempotencyKey: key }: InvoiceRequest,
    member: Member,
  ): Promise<Outcome<Invoice>> {
    const done = await once(
      { caller: member.memberId, operation: 'requestInvoice', key, input: { orderId, buyer }, subject: 'invoice' },
      (id) => requestNow(id, orderId, buyer, member),
    );
    if (!done.ok) return done;
    const invoice = await invoices.byId(done.value);
    if (invoice === null) throw new Error(`the invoice ${done.value} is gone`);
    return accepted(invoice);
  };
}
