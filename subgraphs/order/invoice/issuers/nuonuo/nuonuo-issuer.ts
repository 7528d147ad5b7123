import { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
import { chinaTime } from '../../../payment/providers/china-time.ts';
import type { InvoiceIssuer, IssueRequest, IssuerAnswer, VoidRequest } from '../invoice-issuer.ts';
import { createNuonuoClient } from './nuonuo-client.ts';
import type { NuonuoSettings } from './nuonuo-settings.ts';

const success = 'E0000';
const methods = {
  issue: 'nuonuo.OpeMplatform.requestBillingNew',
  query: 'nuonuo.OpeMplatform.queryInvoiceResult',
} as const;
/** Of `queryInvoiceResult`: issued; being issued or signed; refused. */
const states = { issued: new Set(['2']), underWay: new Set(['20', '21']), refused: new Set(['22', '24']) };
const found = z.array(
  z.object({
    orderNo: z.string(),
    status: z.string(),
    failCause: z.string().nullish(),
    statusMsg: z.string().nullish(),
    invoiceCode: z.string().nullish(),
    invoiceNum: z.string().nullish(),
    pdfUrl: z.string().nullish(),
  }),
);

/** Nuonuo's number of a document has at most 20 characters: the end of our id, which holds all of its chance. */
export function documentNumberOf(id: string): string {
  return id.slice(-20);
}

function yuan(minor: number): string {
  const sign = minor < 0 ? '-' : '';
  const fen = Math.abs(minor);
  return `${sign}${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
}

/**
 * Issues electronic general invoices (增值税电子普通发票) through Nuonuo's open platform. A document is found by its number before it is asked for once more, and a
 * red letter is a document of its own over the negative amount that names the one it voids.
 */
export function createNuonuoIssuer(settings: NuonuoSettings, clock: Clock): InvoiceIssuer {
  const ask = createNuonuoClient(settings, clock);

  /** What became of a document; null when there is none of that number. */
  async function look(number: string): Promise<IssuerAnswer | null> {
    const answer = await ask(methods.query, { orderNos: [number], isOfferInvoiceDetail: '0' });
    if (answer.code !== success) return null;
    const read = found.safeParse(answer.result);
    const document = read.success ? read.data.find((one) => one.orderNo === number) : undefined;
    if (document === undefined) return null;
    const { status, invoiceCode, invoiceNum, pdfUrl } = document;
    if (states.issued.has(status) && invoiceCode && invoiceNum)
      return { outcome: 'DONE', document: { code: invoiceCode, number: invoiceNum, url: pdfUrl ?? null } };
    if (states.refused.has(status))
      return { outcome: 'REFUSED', reason: document.failCause ?? document.statusMsg ?? status };
    return { outcome: 'PENDING' };
  }

  async function order(number: string, content: object, again: boolean): Promise<IssuerAnswer> {
    const before = again ? await look(number) : null;
    if (before !== null) return before;
    const answer = await ask(methods.issue, { order: content });
    if (answer.code === success) return (await look(number)) ?? { outcome: 'PENDING' };
    // It may be refused because it is there already: an answer that got lost.
    return (await look(number)) ?? { outcome: 'REFUSED', reason: answer.describe || answer.code };
  }

  function documentOf({ buyer, orderNumber, amountMinor }: IssueRequest, number: string, sign: 1 | -1) {
    const { seller, clerk, goods } = settings;
    const amount = yuan(sign * amountMinor);
    return {
      orderNo: number,
      invoiceDate: chinaTime(clock.now()),
      buyerName: buyer.title,
      buyerTaxNum: buyer.taxNumber ?? '',
      email: buyer.email ?? '',
      pushMode: buyer.email === null ? '-1' : '0',
      salerTaxNum: seller.taxNumber,
      salerAddress: seller.address,
      salerTel: seller.phone,
      clerk,
      invoiceLine: 'p',
      remark: orderNumber,
      invoiceDetail: [
        {
          goodsName: goods.name,
          goodsCode: goods.code,
          withTaxFlag: '1',
          taxRate: goods.taxRate,
          num: sign === 1 ? '1' : '-1',
          price: yuan(amountMinor),
          taxIncludedAmount: amount,
          invoiceLineProperty: '0',
        },
      ],
    };
  }

  return {
    issue(request, again) {
      const number = documentNumberOf(request.invoiceId);
      return order(number, { ...documentOf(request, number, 1), invoiceType: '1' }, again);
    },
    void(request: VoidRequest, again) {
      const number = documentNumberOf(request.redLetterId);
      const { code: invoiceCode, number: invoiceNum } = request.document;
      // The law wants these words on a red letter.
      const remark = `对应正数发票代码:${invoiceCode}号码:${invoiceNum}`;
      const content = { ...documentOf(request, number, -1), invoiceType: '2', invoiceCode, invoiceNum, remark };
      return order(number, content, again);
    },
  };
}
