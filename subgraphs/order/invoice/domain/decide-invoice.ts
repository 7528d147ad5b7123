import {
  accepted,
  invalidInput,
  invalidState,
  refused,
  type Outcome,
  type Refusal,
} from '#kit/user-error/user-error.ts';
import { paidStatuses } from '../../order/domain/order-states.ts';
import type { Order } from '../../order/domain/order.ts';
import { isCreditCode } from './credit-code.ts';
import type { InvoiceBuyer } from './invoice.ts';

/** The only currency that is invoiced. */
const invoicedCurrency = 'CNY';
const longestTitle = 100;
const longestEmail = 254;

/** INVOICE_EXISTS: the order has an invoice that is valid or on its way. */
export function invoiceExists(invoiceId: string) {
  return {
    type: 'InvoiceExistsError',
    code: 'INVOICE_EXISTS',
    path: ['orderId'],
    invoiceId,
  } as const satisfies Refusal;
}

/** NOTHING_TO_INVOICE: nothing was paid, or all of it has gone back. */
export function nothingToInvoice() {
  return { type: 'NothingToInvoiceError', code: 'NOTHING_TO_INVOICE', path: ['orderId'] } as const satisfies Refusal;
}

/** INVOICING_UNAVAILABLE: this shop, or this currency, has no issuer of invoices. */
export function invoicingUnavailable() {
  return {
    type: 'InvoicingUnavailableError',
    code: 'INVOICING_UNAVAILABLE',
    path: ['orderId'],
  } as const satisfies Refusal;
}

/** What an order is invoiced for: what was really paid and has not gone back or is on its way back, freight included; minor units. */
export function netPaidMinor({ paidMinor, refundedMinor }: Pick<Order, 'paidMinor' | 'refundedMinor'>): number {
  return paidMinor - refundedMinor;
}

/** The buyer as it is written on the document. */
export function readBuyer(given: InvoiceBuyer): Outcome<InvoiceBuyer> {
  const title = given.title.trim();
  const email = given.email?.trim() ?? null;
  const taxNumber = given.taxNumber?.trim().toUpperCase() ?? null;
  const wrong: Refusal[] = [];
  if (title.length === 0 || title.length > longestTitle) {
    wrong.push(
      invalidInput(['buyer', 'title'], {
        en: `Give a name of 1 to ${longestTitle} characters.`,
        zh: `发票抬头须为 1 到 ${longestTitle} 个字符。`,
      }),
    );
  }
  if (given.kind === 'COMPANY' && (taxNumber === null || !isCreditCode(taxNumber))) {
    wrong.push(
      invalidInput(['buyer', 'taxNumber'], {
        en: "Give the company's unified social credit code, 18 characters; this one doesn't check.",
        zh: '请填写正确的 18 位统一社会信用代码。',
      }),
    );
  }
  if (given.kind === 'PERSONAL' && taxNumber !== null) {
    wrong.push(
      invalidInput(['buyer', 'taxNumber'], {
        en: 'Only a company has a tax number. Leave it out.',
        zh: '个人发票无需填写税号。',
      }),
    );
  }
  if (email !== null && (email.length > longestEmail || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))) {
    wrong.push(invalidInput(['buyer', 'email'], { en: 'This is no e-mail address.', zh: '邮箱格式不正确。' }));
  }
  return wrong.length > 0 ? refused(...wrong) : accepted({ kind: given.kind, title, taxNumber, email });
}

/** The amount that an order can be invoiced for now, minor units. */
export function invoiceableMinor(order: Order): Outcome<number> {
  if (!paidStatuses.some((status) => status === order.status))
    return refused(invalidState(['orderId'], { state: order.status }));
  if (order.currency !== invoicedCurrency) return refused(invoicingUnavailable());
  const amount = netPaidMinor(order);
  return amount > 0 ? accepted(amount) : refused(nothingToInvoice());
}
