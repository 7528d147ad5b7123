import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { orderOf, type Invoice } from '../domain/invoice.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { Invoices } from '../store/invoices.ts';
import type { InvoiceDesk } from './invoice-desk.ts';

interface VoidParts {
  readonly invoices: Invoices;
  readonly invoiceDesk: InvoiceDesk;
  readonly privacy: Pick<OrderPrivacy, 'sealWords'>;
  readonly clock: Clock;
}

const longestReason = 100;

export type VoidInvoice = ReturnType<typeof createVoidInvoice>;

/** The shop voids an issued invoice by a red letter; another one may be asked for afterwards. */
export function createVoidInvoice({ invoices, invoiceDesk, privacy, clock }: VoidParts) {
  return async function voidInvoice(id: string, given: string): Promise<Outcome<Invoice>> {
    const reason = given.trim();
    if (reason.length === 0 || reason.length > longestReason) {
      return refused(
        invalidInput(['reason'], {
          en: `Give a reason of 1 to ${longestReason} characters.`,
          zh: `请填写 1 到 ${longestReason} 个字符的原因。`,
        }),
      );
    }
    const unknown = refused(notFound(['invoiceId'], { en: 'invoice', zh: '发票' }));
    const before = await invoices.byId(id);
    if (before === null) return unknown;
    const sealed = await privacy.sealWords(orderOf(before), 'invoices.voidReason', id, reason);
    const redLetter = { id: newId('invoice'), reason: sealed, reissue: false };
    const begun = await invoices.beginVoiding(id, redLetter, clock.now());
    if (begun !== null) await invoiceDesk.carryOut(id);
    const now = await invoices.byId(id);
    if (now === null) return unknown;
    return begun === null ? refused(invalidState(['invoiceId'], { state: now.status })) : accepted(now);
  };
}
