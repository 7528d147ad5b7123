import { createHash, randomUUID, type KeyObject } from 'node:crypto';
import { startFakePlatform, type Callback, type FakePlatform, type PlatformAnswer } from '../fake-platform.ts';
import { billOf, type BillRow } from './wechat-pay-bill.ts';
import { authorized, newWeChatPayKeys, pemOf, seal, signedHeaders, type WeChatPayKeys } from './wechat-pay-keys.ts';

const merchantId = '1900000109';
const merchantSerial = '5F1A2B3C4D5E6F708192A3B4C5D6E7F801234567';
const platformSerial = 'PUB_KEY_ID_0119000001092026010100000001';

interface PayPayment {
  readonly out_trade_no: string;
  readonly transaction_id: string;
  readonly attach: string;
  readonly notify_url: string;
  readonly appid: string;
  readonly amount: { readonly total: number; readonly currency: string };
  state: 'NOTPAY' | 'SUCCESS' | 'CLOSED';
  success_time?: string;
}

interface PayRefund {
  readonly refund_id: string;
  readonly out_refund_no: string;
  readonly out_trade_no: string;
  readonly transaction_id: string;
  readonly notify_url: string;
  readonly amount: { readonly refund: number; readonly total: number; readonly currency: string };
  status: 'PROCESSING' | 'SUCCESS' | 'ABNORMAL';
  success_time?: string;
}

/** What is wrong with a callback; nothing unless named. */
export interface WeChatPayForgery {
  readonly key?: KeyObject;
  readonly serial?: string;
  readonly at?: Date;
  readonly hash?: 'RSA-SHA1';
  readonly apiV3Key?: string;
  /** Facts that differ from the truth, in what is sealed. */
  readonly facts?: object;
}

/** A stand-in for WeChat Pay that speaks its API v3 over HTTP, with keys of its own. */
export interface FakeWeChatPay extends FakePlatform {
  /** The settings of its merchant, for the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly appId: string;
  readonly keys: WeChatPayKeys;
  readonly payments: ReadonlyMap<string, PayPayment>;
  readonly refunds: ReadonlyMap<string, PayRefund>;
  /** Changes the rows of its bills from now on. */
  changeBills(change: (rows: BillRow[]) => BillRow[]): void;
  /** Who signs its answers from now on. */
  signAnswersWith(key: KeyObject): void;
  /** The shopper pays. */
  pay(paymentId: string): void;
  /** The callback about a payment that was paid, true or forged. */
  paidCallback(paymentId: string, forgery?: WeChatPayForgery): Callback;
  /** Refunds are under way until this is said. */
  finishRefund(refundId: string, status?: 'SUCCESS' | 'ABNORMAL'): void;
  refundCallback(refundId: string): Callback;
}

/** Starts it on any free port; `now` is its clock, `appId` the mini-program that is bound to the merchant. */
export async function startFakeWeChatPay(now: () => Date, appId = 'wx8888888888888888'): Promise<FakeWeChatPay> {
  const keys = newWeChatPayKeys();
  const payments = new Map<string, PayPayment>();
  const refunds = new Map<string, PayRefund>();

  let answering = keys.platform.privateKey;

  const say = (status: number, what?: object): PlatformAnswer => {
    const body = what === undefined ? '' : JSON.stringify(what);
    const by = { key: answering, serial: platformSerial, at: now() };
    return { status, headers: signedHeaders(body, by), body };
  };
  const refuse = (status: number, code: string) => say(status, { code, message: code });

  function create(asked: Asked, scene: string): PlatformAnswer {
    const known = payments.get(asked.out_trade_no);
    if (asked.appid !== appId || asked.mchid !== merchantId) return refuse(400, 'APPID_MCHID_NOT_MATCH');
    if (!(asked.amount.total > 0) || asked.out_trade_no.length > 32) return refuse(400, 'PARAM_ERROR');
    if (known && known.amount.total !== asked.amount.total) return refuse(403, 'OUT_TRADE_NO_USED');
    if (known?.state === 'SUCCESS') return refuse(400, 'ORDERPAID');
    if (known?.state === 'CLOSED') return refuse(400, 'ORDER_CLOSED');
    const { out_trade_no, attach, notify_url, amount, appid } = asked;
    const transaction_id = known?.transaction_id ?? `42000${randomUUID().replaceAll('-', '').slice(0, 23)}`;
    payments.set(out_trade_no, { out_trade_no, attach, notify_url, amount, appid, transaction_id, state: 'NOTPAY' });
    if (scene === 'native') return say(200, { code_url: `weixin://wxpay/bizpayurl?pr=${out_trade_no}` });
    return asked.payer?.openid ? say(200, { prepay_id: `wx${out_trade_no}` }) : refuse(400, 'PARAM_ERROR');
  }

  const transactionOf = ({ state, notify_url: _ours, ...payment }: PayPayment) => ({
    ...payment,
    mchid: merchantId,
    trade_type: 'NATIVE',
    trade_state: state,
    amount: { ...payment.amount, payer_total: payment.amount.total, payer_currency: payment.amount.currency },
    ...(state !== 'SUCCESS' && { transaction_id: undefined }),
  });

  function refund(asked: AskedRefund): PlatformAnswer {
    const known = refunds.get(asked.out_refund_no);
    if (known) return known.amount.refund === asked.amount.refund ? say(200, known) : refuse(400, 'PARAM_ERROR');
    const payment = payments.get(asked.out_trade_no);
    if (payment?.state !== 'SUCCESS') return refuse(404, 'RESOURCE_NOT_EXISTS');
    const back = [...refunds.values()].filter(({ out_trade_no }) => out_trade_no === payment.out_trade_no);
    const left = back.reduce((rest, { amount }) => rest - amount.refund, payment.amount.total);
    if (asked.amount.refund > left || asked.amount.total !== payment.amount.total) return refuse(403, 'NOT_ENOUGH');
    const { out_refund_no, out_trade_no, notify_url, amount } = asked;
    const { transaction_id } = payment;
    const refund_id = `50300${randomUUID().replaceAll('-', '').slice(0, 23)}`;
    const made: PayRefund = {
      refund_id,
      out_refund_no,
      out_trade_no,
      transaction_id,
      notify_url,
      amount,
      status: 'PROCESSING',
    };
    refunds.set(out_refund_no, made);
    return say(200, made);
  }

  function close(payment: PayPayment | undefined): PlatformAnswer {
    if (payment === undefined) return refuse(404, 'ORDER_NOT_EXIST');
    if (payment.state === 'SUCCESS') return refuse(400, 'ORDERPAID');
    payment.state = 'CLOSED';
    return say(204);
  }

  let changed = (rows: BillRow[]) => rows;

  function bill(day: string): string {
    const paid = [...payments.values()].flatMap((payment): BillRow[] => {
      const { success_time: at, appid, transaction_id, out_trade_no, amount } = payment;
      if (at === undefined) return [];
      const row = { appId: appid, merchantId, transactionId: transaction_id, paymentId: out_trade_no, refund: null };
      return [{ ...row, at: new Date(at), totalFen: amount.total }];
    });
    const back = [...refunds.values()].flatMap((refund): BillRow[] => {
      const row = paid.find(({ paymentId }) => paymentId === refund.out_trade_no);
      const { refund_id: refundId, out_refund_no: ownId, amount, status: state, success_time: at } = refund;
      if (row === undefined || at === undefined) return [];
      return [{ ...row, at: new Date(at), refund: { refundId, ownId, fen: amount.refund, state } }];
    });
    const chinaDay = ({ at }: BillRow) => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
    return billOf(changed([...paid, ...back].filter((row) => chinaDay(row) === day)));
  }

  const platform = await startFakePlatform(({ method, url, headers, rawBody }) => {
    const body = rawBody.toString('utf8');
    const request = { method, path: `${url.pathname}${url.search}`, body };
    const caller = authorized(headers['authorization'] ?? '', request, keys.merchant.publicKey);
    const late = Math.abs(now().getTime() / 1000 - (caller?.timestamp ?? 0)) > 300;
    if (caller?.merchantId !== merchantId || caller.serial !== merchantSerial || late) return refuse(401, 'SIGN_ERROR');
    const create_ = /^\/v3\/pay\/transactions\/(jsapi|native)$/.exec(url.pathname)?.[1];
    if (method === 'POST' && create_ !== undefined) return create(JSON.parse(body), create_);
    const [, paymentId, ending] = /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)(\/close)?$/.exec(url.pathname) ?? [];
    if (paymentId !== undefined) {
      const payment = payments.get(paymentId);
      if (method === 'POST' && ending !== undefined) return close(payment);
      return payment ? say(200, transactionOf(payment)) : refuse(404, 'ORDER_NOT_EXIST');
    }
    const day = url.searchParams.get('bill_date') ?? url.searchParams.get('token') ?? '';
    if (url.pathname === '/v3/bill/tradebill') {
      const hash_value = createHash('sha1').update(bill(day)).digest('hex');
      const download_url = `https://api.mch.weixin.qq.com/v3/billdownload/file?token=${day}`;
      return say(200, { hash_type: 'SHA1', hash_value, download_url });
    }
    if (url.pathname === '/v3/billdownload/file') return { status: 200, body: bill(day) };
    if (method === 'POST' && url.pathname === '/v3/refund/domestic/refunds') return refund(JSON.parse(body));
    const refundId = /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/.exec(url.pathname)?.[1];
    const known = refundId === undefined ? undefined : refunds.get(refundId);
    return known ? say(200, known) : refuse(404, 'RESOURCE_NOT_EXISTS');
  });

  function callback(url: string, event: string, kind: string, facts: object, forgery: WeChatPayForgery): Callback {
    const body = JSON.stringify({
      id: randomUUID(),
      create_time: now().toISOString(),
      resource_type: 'encrypt-resource',
      event_type: event,
      summary: 'summary',
      resource: seal(JSON.stringify({ ...facts, ...forgery.facts }), forgery.apiV3Key ?? keys.apiV3Key, kind),
    });
    const { key = keys.platform.privateKey, serial = platformSerial, at = now(), hash } = forgery;
    return { url, body, headers: signedHeaders(body, { key, serial, at, hash }) };
  }

  return {
    ...platform,
    appId,
    keys,
    payments,
    refunds,
    env: {
      WECHAT_PAY_MERCHANT_ID: merchantId,
      WECHAT_PAY_APP_ID: appId,
      WECHAT_PAY_MERCHANT_SERIAL: merchantSerial,
      WECHAT_PAY_MERCHANT_KEY: pemOf(keys.merchant.privateKey),
      WECHAT_PAY_API_V3_KEY: keys.apiV3Key,
      WECHAT_PAY_PLATFORM_KEYS: JSON.stringify({ [platformSerial]: pemOf(keys.platform.publicKey) }),
      WECHAT_PAY_API_URL: platform.url,
    },
    changeBills(change) {
      changed = change;
    },
    signAnswersWith(key) {
      answering = key;
    },
    pay(paymentId) {
      const payment = known(payments, paymentId);
      if (payment.state !== 'NOTPAY') throw new Error(`${paymentId} is ${payment.state}`);
      payment.state = 'SUCCESS';
      payment.success_time = now().toISOString();
    },
    paidCallback(paymentId, forgery = {}) {
      const payment = known(payments, paymentId);
      return callback(payment.notify_url, 'TRANSACTION.SUCCESS', 'transaction', transactionOf(payment), forgery);
    },
    finishRefund(refundId, status = 'SUCCESS') {
      Object.assign(known(refunds, refundId), { status, success_time: now().toISOString() });
    },
    refundCallback(refundId) {
      const { status, notify_url, ...refund } = known(refunds, refundId);
      const facts = { ...refund, mchid: merchantId, refund_status: status };
      return callback(notify_url, `REFUND.${status}`, 'refund', facts, {});
    },
  };
}

function known<T>(all: ReadonlyMap<string, T>, id: string): T {
  const one = all.get(id);
  if (one === undefined) throw new Error(`nobody knows ${id}`);
  return one;
}

interface Asked extends PayPayment {
  readonly mchid: string;
  readonly payer?: { readonly openid: string };
}
type AskedRefund = PayRefund;
