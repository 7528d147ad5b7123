import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
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
import { readBill } from './wechat-pay-bill.ts';
import { createWeChatPayClient, type WeChatPayAnswer } from './wechat-pay-client.ts';
import type { WeChatPaySettings } from './wechat-pay-settings.ts';
import {
  billShape,
  codeShape,
  notificationShape,
  prepayShape,
  refundNoticeShape,
  refundShape,
  transactionShape,
  type Transaction,
} from './wechat-pay-shapes.ts';
import { nonce, openResource, signLines, verifyWord } from './wechat-pay-signature.ts';

interface WeChatPayParts {
  readonly settings: WeChatPaySettings;
  /** Where it calls back about payments and refunds. */
  readonly notifyUrl: string;
  readonly clock: Clock;
}

const payments = '/v3/pay/transactions';
const refunds = '/v3/refund/domestic/refunds';
const progress = { SUCCESS: 'SUCCEEDED', PROCESSING: 'PENDING', ABNORMAL: 'FAILED', CLOSED: 'FAILED' } as const;

/** WeChat Pay by its API v3: inside a mini-program for its user, elsewhere by a code to scan. */
export function createWeChatPayProvider({ settings, notifyUrl, clock }: WeChatPayParts): PaymentProvider {
  const { ask, download } = createWeChatPayClient(settings, clock);
  const { merchantId, appId } = settings;
  const ofPayment = (payment: Payment) => `${payments}/out-trade-no/${payment._id}`;

  /** The body of a success; a refusal, or another shape than is documented, is a ProviderError. */
  function bodyOf<S extends z.ZodType>({ status, body, code }: WeChatPayAnswer, shape: S): z.output<S> {
    if (code !== '') throw new ProviderError('REFUSED', 'WECHAT_PAY', `${status} ${code}`);
    const read = shape.safeParse(body);
    if (!read.success) throw new ProviderError('UNKNOWN', 'WECHAT_PAY', 'it answered in another shape');
    return read.data;
  }

  function ofUs({ mchid, appid }: { mchid: string; appid?: string }): boolean {
    return mchid === merchantId && (appid === undefined || appid === appId);
  }

  function saidOf(transaction: Transaction, orderId: string): PaymentNotification | null {
    const { out_trade_no: paymentId, transaction_id: transactionId, trade_state: state, amount } = transaction;
    if (transactionId === undefined || amount === undefined) return null;
    const outcome = state === 'SUCCESS' || state === 'REFUND' ? 'SUCCEEDED' : 'FAILED';
    return { paymentId, orderId, transactionId, outcome, amountMinor: amount.total, currency: amount.currency };
  }

  function answerOf(payment: Payment, transaction: Transaction): PaymentAnswer {
    if (!ofUs(transaction) || transaction.out_trade_no !== payment._id) {
      throw new ProviderError('UNKNOWN', 'WECHAT_PAY', 'it answered about another payment');
    }
    const said = saidOf(transaction, payment.orderId);
    switch (transaction.trade_state) {
      case 'SUCCESS':
      case 'REFUND':
        if (said === null) throw new ProviderError('UNKNOWN', 'WECHAT_PAY', 'it answered without an amount');
        return { state: 'SUCCEEDED', said };
      case 'CLOSED':
      case 'REVOKED':
        return { state: 'CLOSED' };
      case 'NOTPAY':
      case 'USERPAYING':
      // The shopper may try again until it closes.
      case 'PAYERROR':
        return { state: 'OPEN' };
    }
  }

  function refundAnswerOf(refund: RefundIntent, payment: Payment, answer: WeChatPayAnswer): RefundAnswer {
    const { out_refund_no, out_trade_no, amount, status } = bodyOf(answer, refundShape);
    const same = out_refund_no === refund._id && out_trade_no === payment._id;
    if (same && amount.refund === refund.amountMinor && amount.currency === refund.currency) return progress[status];
    throw new ProviderError('UNKNOWN', 'WECHAT_PAY', 'it answered about another refund');
  }

  return {
    name: 'WECHAT_PAY',
    takes: ({ scene, currency, amountMinor }) => scene !== 'APP' && currency === 'CNY' && amountMinor > 0,
    payerApp: (scene) => (scene === 'MINI_PROGRAM' ? appId : null),

    async begin(payment, { openId }): Promise<Begun> {
      const wanted = {
        appid: appId,
        mchid: merchantId,
        description: `Order ${payment.orderId}`,
        out_trade_no: payment._id,
        attach: payment.orderId,
        notify_url: notifyUrl,
        ...(payment.task && { time_expire: `${chinaTime(payment.task.expiresAt).replace(' ', 'T')}+08:00` }),
        amount: { total: payment.amountMinor, currency: payment.currency },
      };
      if (openId === null) {
        const { code_url: codeUrl } = bodyOf(await ask('POST', `${payments}/native`, wanted), codeShape);
        return { clientParameters: { codeUrl }, notification: null };
      }
      const made = await ask('POST', `${payments}/jsapi`, { ...wanted, payer: { openid: openId } });
      const named = `prepay_id=${bodyOf(made, prepayShape).prepay_id}`;
      const timeStamp = String(Math.floor(clock.now().getTime() / 1000));
      const nonceStr = nonce();
      const paySign = signLines(settings, appId, timeStamp, nonceStr, named);
      return {
        clientParameters: { timeStamp, nonceStr, package: named, signType: 'RSA', paySign },
        notification: null,
      };
    },

    async query(payment) {
      const answer = await ask('GET', `${ofPayment(payment)}?mchid=${merchantId}`);
      if (answer.status === 404) return { state: 'UNKNOWN' };
      return answerOf(payment, bodyOf(answer, transactionShape));
    },

    async close(payment) {
      const { status } = await ask('POST', `${ofPayment(payment)}/close`, { mchid: merchantId });
      return status < 300;
    },

    async refund(payment, refund) {
      const answer = await ask('POST', refunds, {
        out_trade_no: payment._id,
        out_refund_no: refund._id,
        notify_url: notifyUrl,
        amount: { refund: refund.amountMinor, total: payment.amountMinor, currency: refund.currency },
      });
      return refundAnswerOf(refund, payment, answer);
    },

    async queryRefund(payment, refund) {
      const answer = await ask('GET', `${refunds}/${refund._id}`);
      return answer.status === 404 ? 'UNKNOWN' : refundAnswerOf(refund, payment, answer);
    },

    async statement(day) {
      const answer = await ask('GET', `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL`);
      if (answer.code === 'NO_STATEMENT_EXIST') return [];
      const { hash_value: digest, download_url: url } = bodyOf(answer, billShape);
      const { pathname, search } = new URL(url);
      const bill = await download(`${pathname}${search}`);
      if (createHash('sha1').update(bill).digest('hex') === digest.toLowerCase())
        return readBill(bill.toString('utf8'));
      throw new ProviderError('UNKNOWN', 'WECHAT_PAY', 'a bill is not the one that was signed for');
    },

    verify({ rawBody, headers }, now): Notification {
      verifyWord(settings, headers, rawBody, now);
      const { event_type: event, resource } = parsed(notificationShape, rawBody.toString('utf8'));
      const opened = openResource(settings, resource);
      if (event.startsWith('REFUND.')) {
        const notice = parsed(refundNoticeShape, opened);
        if (!ofUs(notice)) throw new NotificationRefused('MERCHANT');
        return { about: 'REFUND', refundId: notice.out_refund_no };
      }
      if (!event.startsWith('TRANSACTION.')) return { about: 'NOTHING' };
      const transaction = parsed(transactionShape, opened);
      if (!ofUs(transaction)) throw new NotificationRefused('MERCHANT');
      if (transaction.trade_state !== 'SUCCESS') return { about: 'NOTHING' };
      const said = saidOf(transaction, transaction.attach ?? '');
      if (said === null) throw new NotificationRefused('BODY');
      return { about: 'PAYMENT', said };
    },
  };
}

function parsed<S extends z.ZodType>(shape: S, text: string): z.output<S> {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    throw new NotificationRefused('BODY');
  }
}
