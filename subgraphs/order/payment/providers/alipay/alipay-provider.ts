import { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
import { formatAmount, money, parseAmount } from '#kit/money/money.ts';
import type { Payment, PaymentNotification } from '../../domain/payment.ts';
import { chinaTime } from '../china-time.ts';
import {
  NotificationRefused,
  ProviderError,
  type Begun,
  type Notification,
  type PaymentAnswer,
  type PaymentProvider,
  type RefundAnswer,
  type RefundIntent,
} from '../payment-provider.ts';
import { readAlipayBill } from './alipay-bill.ts';
import { createAlipayClient, type AlipayAnswer } from './alipay-client.ts';
import type { AlipaySettings } from './alipay-settings.ts';
import { signedRequest, verifiedParameters } from './alipay-signature.ts';
import { downloadAlipayBill } from './alipay-statement.ts';

interface AlipayParts {
  readonly settings: AlipaySettings;
  /** Where it calls back about payments and refunds. */
  readonly notifyUrl: string;
  readonly clock: Clock;
}

const yuan = z.string().regex(/^\d{1,11}(\.\d{1,2})?$/);
const status = z.enum(['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_SUCCESS', 'TRADE_FINISHED']);
const text = z.string().min(1).max(300);

const codeShape = z.object({ out_trade_no: text, qr_code: text });
const tradeShape = z.object({
  out_trade_no: text,
  trade_no: z.string(),
  trade_status: status,
  total_amount: yuan.optional(),
  trans_currency: z.string().default('CNY'),
});
const refundShape = z.object({
  out_trade_no: text,
  out_request_no: text.optional(),
  fund_change: z.string().optional(),
  refund_status: z.string().optional(),
  refund_amount: yuan.optional(),
});
const noticeShape = z.object({
  app_id: text,
  seller_id: text,
  out_trade_no: text,
  trade_no: text,
  trade_status: status,
  total_amount: yuan,
  subject: text,
  trans_currency: z.string().default('CNY'),
  gmt_refund: z.string().optional(),
  out_biz_no: z.string().optional(),
});

/** Carries our order through the platform and back: callbacks repeat it. */
const subjectOf = (orderId: string) => `Order ${orderId}`;
const inYuan = (amountMinor: number) => formatAmount(money(amountMinor, 'CNY'));
const inFen = (amount: string) => parseAmount(amount, 'CNY').minor;

/** Alipay: in our app by its SDK, before a screen by a code to scan, in a browser by its page. */
export function createAlipayProvider({ settings, notifyUrl, clock }: AlipayParts): PaymentProvider {
  const ask = createAlipayClient(settings, clock);

  /** The body of a success; a refusal, or another shape than is documented, is a ProviderError. */
  function bodyOf<S extends z.ZodType>({ code, subCode, body }: AlipayAnswer, shape: S): z.output<S> {
    if (code !== '10000') throw new ProviderError('REFUSED', 'ALIPAY', `${code} ${subCode}`);
    const read = shape.safeParse(body);
    if (!read.success) throw new ProviderError('UNKNOWN', 'ALIPAY', 'it answered in another shape');
    return read.data;
  }

  const contentOf = (payment: Payment, productCode: string) => ({
    out_trade_no: payment._id,
    total_amount: inYuan(payment.amountMinor),
    subject: subjectOf(payment.orderId),
    product_code: productCode,
    ...(payment.task && { time_expire: chinaTime(payment.task.expiresAt) }),
  });

  function answerOf(payment: Payment, trade: z.output<typeof tradeShape>): PaymentAnswer {
    const { out_trade_no: paymentId, trade_no: transactionId, total_amount: amount, trans_currency: currency } = trade;
    if (paymentId !== payment._id) throw new ProviderError('UNKNOWN', 'ALIPAY', 'it answered about another payment');
    if (trade.trade_status === 'WAIT_BUYER_PAY') return { state: 'OPEN' };
    if (trade.trade_status === 'TRADE_CLOSED') return { state: 'CLOSED' };
    if (amount === undefined) throw new ProviderError('UNKNOWN', 'ALIPAY', 'it answered without an amount');
    const { orderId } = payment;
    const said = {
      paymentId,
      orderId,
      transactionId,
      outcome: 'SUCCEEDED',
      amountMinor: inFen(amount),
      currency,
    } as const;
    return { state: 'SUCCEEDED', said };
  }

  async function queryRefund(payment: Payment, refund: RefundIntent): Promise<RefundAnswer | 'UNKNOWN'> {
    const answer = await ask({
      method: 'alipay.trade.fastpay.refund.query',
      content: { out_trade_no: payment._id, out_request_no: refund._id },
    });
    if (answer.subCode === 'ACQ.TRADE_NOT_EXIST') return 'UNKNOWN';
    const { refund_status: progress, refund_amount: amount, ...about } = bodyOf(answer, refundShape);
    // By Alipay's word a refund without this status was not received, or failed: it is to be asked for again with the same key.
    if (progress !== 'REFUND_SUCCESS') return 'UNKNOWN';
    const same = about.out_trade_no === payment._id && about.out_request_no === refund._id;
    if (same && amount !== undefined && inFen(amount) === refund.amountMinor) return 'SUCCEEDED';
    throw new ProviderError('UNKNOWN', 'ALIPAY', 'it answered about another refund');
  }

  return {
    name: 'ALIPAY',
    takes: ({ scene, currency, amountMinor }) => scene !== 'MINI_PROGRAM' && currency === 'CNY' && amountMinor > 0,
    payerApp: () => null,

    async begin(payment): Promise<Begun> {
      if (payment.task?.scene === 'QR_CODE') {
        const content = contentOf(payment, 'QR_CODE_OFFLINE');
        const made = await ask({ method: 'alipay.trade.precreate', content, notifyUrl });
        return { clientParameters: { codeUrl: bodyOf(made, codeShape).qr_code }, notification: null };
      }
      // The shopper's own device brings these to Alipay: until then it has never heard of the payment.
      const inApp = payment.task?.scene === 'APP';
      const signed = signedRequest(
        settings,
        inApp
          ? { method: 'alipay.trade.app.pay', content: contentOf(payment, 'QUICK_MSECURITY_PAY'), notifyUrl }
          : { method: 'alipay.trade.page.pay', content: contentOf(payment, 'FAST_INSTANT_TRADE_PAY'), notifyUrl },
        clock.now(),
      ).toString();
      if (inApp) return { clientParameters: { orderString: signed }, notification: null };
      return { clientParameters: { redirectUrl: `${settings.url}?${signed}` }, notification: null };
    },

    async query(payment) {
      const answer = await ask({ method: 'alipay.trade.query', content: { out_trade_no: payment._id } });
      if (answer.subCode === 'ACQ.TRADE_NOT_EXIST') return { state: 'UNKNOWN' };
      return answerOf(payment, bodyOf(answer, tradeShape));
    },

    async close(payment) {
      const { code } = await ask({ method: 'alipay.trade.close', content: { out_trade_no: payment._id } });
      return code === '10000';
    },

    async refund(payment, refund) {
      const answer = await ask({
        method: 'alipay.trade.refund',
        content: { out_trade_no: payment._id, out_request_no: refund._id, refund_amount: inYuan(refund.amountMinor) },
      });
      bodyOf(answer, refundShape);
      // The answer tells the sum of all refunds, not this one: only the query names it.
      const known = await queryRefund(payment, refund);
      return known === 'UNKNOWN' ? 'PENDING' : known;
    },

    queryRefund,

    async statement(day) {
      const zip = await downloadAlipayBill(ask, settings, day);
      return zip === null ? [] : readAlipayBill(zip, { sellerId: settings.sellerId, day });
    },

    verify({ rawBody }, now): Notification {
      const read = noticeShape.safeParse(verifiedParameters(settings, rawBody, now));
      if (!read.success) throw new NotificationRefused('BODY');
      const notice = read.data;
      if (notice.app_id !== settings.appId || notice.seller_id !== settings.sellerId) {
        throw new NotificationRefused('MERCHANT');
      }
      if (notice.gmt_refund && notice.out_biz_no) return { about: 'REFUND', refundId: notice.out_biz_no };
      if (notice.trade_status !== 'TRADE_SUCCESS' && notice.trade_status !== 'TRADE_FINISHED')
        return { about: 'NOTHING' };
      const said: PaymentNotification = {
        paymentId: notice.out_trade_no,
        orderId: notice.subject.slice(subjectOf('').length),
        transactionId: notice.trade_no,
        outcome: 'SUCCEEDED',
        amountMinor: inFen(notice.total_amount),
        currency: notice.trans_currency,
      };
      return { about: 'PAYMENT', said };
    },
  };
}
