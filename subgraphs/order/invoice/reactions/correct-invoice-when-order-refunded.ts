import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import { reaction } from '#kit/inbox/inbox.ts';
import type { Orders } from '../../order/store/orders.ts';
import { netPaidMinor } from '../domain/decide-invoice.ts';
import type { Invoices } from '../store/invoices.ts';

interface CorrectParts {
  readonly invoices: Invoices;
  readonly orders: Pick<Orders, 'byId'>;
  readonly clock: Clock;
}

/**
 * Money went back: an invoice that says more than what is still paid is to be voided, and one over the rest issued in its place. The job asks the platform; an
 * invoice that is just being issued is looked at when it is.
 */
export function correctInvoiceWhenOrderRefunded({ invoices, orders, clock }: CorrectParts) {
  return reaction({
    name: 'correct-invoice-when-order-refunded',
    on: 'order.refunded',
    async react({ payload: { orderId } }, session) {
      const invoice = await invoices.liveOf(orderId, session);
      const order = await orders.byId(orderId, session);
      if (invoice === null || order === null || netPaidMinor(order) === invoice.amountMinor) return;
      const redLetter = { id: newId('invoice'), reason: '退款', reissue: true };
      await invoices.beginVoiding(invoice._id, redLetter, clock.now(), session);
    },
  });
}
