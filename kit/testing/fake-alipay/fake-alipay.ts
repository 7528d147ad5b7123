import { generateKeyPairSync, randomUUID, sign, verify, type KeyObject } from 'node:crypto';
import { startFakePlatform, type Callback, type FakePlatform, type PlatformAnswer } from '../fake-platform.ts';
import { alipayTables, zipOf, type AlipayBill, type AlipayBillRow } from './alipay-bill.ts';

const appId = '2021000000000001';
const sellerId = '2088000000000001';

interface Trade {
  readonly out_trade_no: string;
  readonly trade_no: string;
  readonly total_amount: string;
  readonly subject: string;
  readonly notify_url: string;
  /** By China's clock. */
  readonly time_expire: string;
  trade_status: 'WAIT_BUYER_PAY' | 'TRADE_CLOSED' | 'TRADE_SUCCESS';
}

/** How a bill differs from the truth; nothing unless named. */
export interface AlipayBillForgery {
  readonly bill?: (bill: AlipayBill) => AlipayBill;
  readonly files?: (files: Record<string, string>) => Record<string, string>;
  /** Where the bill is said to lie. */
  readonly address?: string;
  /** What is answered there instead of the packed bill. */
  readonly answer?: (zip: Uint8Array) => PlatformAnswer;
}

interface TradeRefund {
  readonly out_trade_no: string;
  readonly out_request_no: string;
  readonly refund_amount: string;
}

/** What is wrong with a callback; nothing unless named. */
export interface AlipayForgery {
  readonly key?: KeyObject;
  readonly hash?: 'RSA-SHA1';
  /** Parameters that differ from the truth, signed like the others. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** A stand-in for Alipay that speaks its gateway over HTTP, with keys of its own. */
export interface FakeAlipay extends FakePlatform {
  /** The settings of its merchant, for the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly strangerKey: KeyObject;
  readonly trades: ReadonlyMap<string, Trade>;
  readonly refunds: ReadonlyMap<string, TradeRefund>;
  /** What it was asked, such as `alipay.trade.query pay_1`, in order. */
  readonly methods: string[];
  /** The shopper's device brings what our server signed: the parameters of a page or of an app. Throws unless we signed it. */
  bring(signed: string): void;
  /** The shopper pays. */
  pay(paymentId: string): void;
  /** The callback about a payment that was paid, true or forged. */
  paidCallback(paymentId: string, forgery?: AlipayForgery): Callback;
  /** The callback about money that went back. */
  refundCallback(refundId: string): Callback;
  /** How its bills differ from the truth from now on. */
  forgeBills(forgery: AlipayBillForgery): void;
  /** Who signs its answers from now on, until the function that this answers is called. */
  signAnswersWith(key: KeyObject): () => void;
}

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const base64Of = (key: KeyObject) =>
  key.export({ format: 'der', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString('base64');
const china = (at: Date) => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
const signable = (parameters: Iterable<readonly [string, string]>) =>
  [...parameters]
    .filter(([name]) => name !== 'sign')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
const cents = (amount: string) => Math.round(Number(amount) * 100);

/** Starts it on any free port; `now` is its clock. A browser that is sent to it with an order goes on to `page`, where the shopper pays. */
export async function startFakeAlipay(now: () => Date, page?: () => string): Promise<FakeAlipay> {
  const [alipay, app, stranger] = [pair(), pair(), pair()];
  const trades = new Map<string, Trade>();
  const refunds = new Map<string, TradeRefund>();
  const methods: string[] = [];
  const movements: AlipayBillRow[] = [];
  let forgery: AlipayBillForgery = {};
  let answering = alipay.privateKey;

  const success = (facts: object = {}) => ({ code: '10000', msg: 'Success', ...facts });
  const failure = (subCode: string) => ({ code: '40004', msg: 'Business Failed', sub_code: `ACQ.${subCode}` });

  /** The request, if our app signed it just now. */
  function read(
    parameters: URLSearchParams,
  ): { method: string; content: Trade & TradeRefund; notifyUrl: string } | null {
    const of = (name: string) => parameters.get(name) ?? '';
    const late = Math.abs(now().getTime() - Date.parse(`${of('timestamp').replace(' ', 'T')}+08:00`)) > 600_000;
    const text = Buffer.from(signable(parameters));
    const right = verify('RSA-SHA256', text, app.publicKey, Buffer.from(of('sign'), 'base64'));
    if (!right || late || of('app_id') !== appId || of('sign_type') !== 'RSA2') return null;
    return { method: of('method'), content: JSON.parse(of('biz_content')), notifyUrl: of('notify_url') };
  }

  function create(content: Trade, notify_url: string): object {
    const known = trades.get(content.out_trade_no);
    if (known && known.trade_status !== 'WAIT_BUYER_PAY') return failure('TRADE_HAS_SUCCESS');
    if (known && known.total_amount !== content.total_amount) return failure('CONTEXT_INCONSISTENT');
    const { out_trade_no, total_amount, subject, time_expire } = content;
    const trade_no = known?.trade_no ?? `20261122${randomUUID().replaceAll('-', '').slice(0, 20)}`;
    const made = { out_trade_no, total_amount, subject, time_expire, notify_url, trade_no };
    trades.set(out_trade_no, { ...made, trade_status: 'WAIT_BUYER_PAY' });
    return success({ out_trade_no, qr_code: `https://qr.alipay.com/${out_trade_no}` });
  }

  function refund({ out_trade_no, out_request_no, refund_amount }: TradeRefund): object {
    const trade = trades.get(out_trade_no);
    if (trade?.trade_status !== 'TRADE_SUCCESS') return failure('TRADE_NOT_EXIST');
    const repeated = refunds.has(out_request_no);
    const back = [...refunds.values()].filter((one) => one.out_trade_no === out_trade_no);
    const sum = back.reduce((total, one) => total + cents(one.refund_amount), 0);
    if (!repeated && sum + cents(refund_amount) > cents(trade.total_amount))
      return failure('REFUND_AMT_NOT_EQUAL_TOTAL');
    if (!repeated) {
      refunds.set(out_request_no, { out_trade_no, out_request_no, refund_amount });
      move(trade, -cents(refund_amount), out_request_no);
    }
    const total = repeated ? sum : sum + cents(refund_amount);
    return success({ out_trade_no, fund_change: repeated ? 'N' : 'Y', refund_fee: (total / 100).toFixed(2) });
  }

  function move({ trade_no: tradeNo, out_trade_no: paymentId }: Trade, fen: number, refundId: string | null): void {
    movements.push({ at: now(), tradeNo, paymentId, fen, refundId });
  }

  const rowsOf = (day: string) => movements.filter(({ at }) => china(at).startsWith(day));

  async function bill(day: string): Promise<PlatformAnswer> {
    const truth = { day, sellerId, rows: rowsOf(day) };
    const tables = alipayTables(forgery.bill?.(truth) ?? truth);
    const zip = await zipOf(forgery.files?.(tables) ?? tables);
    return forgery.answer?.(zip) ?? { status: 200, headers: { 'content-type': 'application/zip' }, body: zip };
  }

  function answer(method: string, content: Trade & TradeRefund & { bill_date?: string }, notifyUrl: string): object {
    const trade = trades.get(content.out_trade_no);
    switch (method) {
      case 'alipay.trade.precreate':
        return create(content, notifyUrl);
      case 'alipay.trade.query': {
        if (trade === undefined) return failure('TRADE_NOT_EXIST');
        const { notify_url: _ours, time_expire: _expiry, ...known } = trade;
        return success(known);
      }
      case 'alipay.trade.close':
        if (trade?.trade_status !== 'WAIT_BUYER_PAY') return failure(trade ? 'TRADE_STATUS_ERROR' : 'TRADE_NOT_EXIST');
        trade.trade_status = 'TRADE_CLOSED';
        return success({ out_trade_no: trade.out_trade_no });
      case 'alipay.trade.refund':
        return refund(content);
      case 'alipay.trade.fastpay.refund.query': {
        if (trade === undefined) return failure('TRADE_NOT_EXIST');
        const known = refunds.get(content.out_request_no);
        return success(known && { ...known, refund_status: 'REFUND_SUCCESS' });
      }
      case 'alipay.data.dataservice.bill.downloadurl.query': {
        const day = content.bill_date ?? '';
        if (rowsOf(day).length === 0) return { ...failure(''), sub_code: 'isp.bill_not_exist' };
        const own = `${platform.url}/downloadBillFile.resource?bizType=trade&bizDates=${day}`;
        return success({ bill_download_url: forgery.address ?? own });
      }
      default:
        return { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-method' };
    }
  }

  function bring(signed: string): void {
    const asked = read(new URLSearchParams(signed));
    if (asked === null) throw new Error('the parameters are not signed by the app');
    if (asked.content.time_expire <= china(now())) throw new Error('too late to pay');
    create(asked.content, asked.notifyUrl);
  }

  const platform = await startFakePlatform(({ method, url, rawBody }) => {
    if (url.pathname === '/downloadBillFile.resource') return bill(url.searchParams.get('bizDates') ?? '');
    if (method === 'GET' && page !== undefined) {
      bring(url.search.slice(1));
      return { status: 302, headers: { location: page() }, body: '' };
    }
    const asked = read(new URLSearchParams([...url.searchParams, ...new URLSearchParams(rawBody.toString('utf8'))]));
    if (asked === null) {
      const refusal = { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature' };
      return { status: 200, body: JSON.stringify({ error_response: refusal }) };
    }
    methods.push(`${asked.method} ${asked.content.out_request_no ?? asked.content.out_trade_no}`);
    const node = JSON.stringify(answer(asked.method, asked.content, asked.notifyUrl)).replaceAll('/', String.raw`\/`);
    const signature = sign('RSA-SHA256', Buffer.from(node), answering).toString('base64');
    return { status: 200, body: `{"${asked.method.replaceAll('.', '_')}_response":${node},"sign":"${signature}"}` };
  });

  function callback(url: string, facts: Record<string, string>, { key, hash, facts: other }: AlipayForgery): Callback {
    const said: Record<string, string> = {
      notify_id: randomUUID(),
      notify_time: china(now()),
      notify_type: 'trade_status_sync',
      charset: 'utf-8',
      version: '1.0',
      app_id: appId,
      seller_id: sellerId,
      ...facts,
      body: '',
      ...other,
    };
    const text = signable(Object.entries(said).filter(([name]) => name !== 'sign_type'));
    const signature = sign(hash ?? 'RSA-SHA256', Buffer.from(text), key ?? alipay.privateKey).toString('base64');
    const parameters = new URLSearchParams({
      sign_type: hash === undefined ? 'RSA2' : 'RSA',
      ...said,
      sign: signature,
    });
    return {
      url,
      body: parameters.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    };
  }

  function tradeOf(paymentId: string): Trade {
    const trade = trades.get(paymentId);
    if (trade === undefined) throw new Error(`nobody knows ${paymentId}`);
    return trade;
  }

  const factsOf = ({ notify_url: _ours, time_expire: _expiry, ...trade }: Trade) => ({ ...trade });

  return {
    ...platform,
    strangerKey: stranger.privateKey,
    trades,
    refunds,
    methods,
    env: {
      ALIPAY_APP_ID: appId,
      ALIPAY_SELLER_ID: sellerId,
      ALIPAY_APP_KEY: base64Of(app.privateKey),
      ALIPAY_PUBLIC_KEY: base64Of(alipay.publicKey),
      ALIPAY_GATEWAY_URL: `${platform.url}/gateway.do`,
    },
    forgeBills(other) {
      forgery = other;
    },
    bring,
    pay(paymentId) {
      const trade = tradeOf(paymentId);
      if (trade.trade_status !== 'WAIT_BUYER_PAY') throw new Error(`${paymentId} is ${trade.trade_status}`);
      trade.trade_status = 'TRADE_SUCCESS';
      move(trade, cents(trade.total_amount), null);
    },
    paidCallback: (paymentId, forgery = {}) =>
      callback(tradeOf(paymentId).notify_url, factsOf(tradeOf(paymentId)), forgery),
    refundCallback(refundId) {
      const refund = refunds.get(refundId);
      if (refund === undefined) throw new Error(`nobody knows ${refundId}`);
      const trade = tradeOf(refund.out_trade_no);
      const facts = { out_biz_no: refundId, refund_fee: refund.refund_amount, gmt_refund: china(now()) };
      return callback(trade.notify_url, { ...factsOf(trade), ...facts }, {});
    },
    signAnswersWith(key) {
      answering = key;
      return () => {
        answering = alipay.privateKey;
      };
    },
  };
}
