import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { startFakePlatform, type FakePlatform, type PlatformRequest } from '../fake-platform.ts';

const appKey = 'SD00000001';
const appSecret = 'signs what the shop asks nuonuo for';
const sellerTaxNumber = '91350100M000100Y43';
const servicesPath = '/open/v1/services';
const windowSeconds = 300;

/** A document as it was asked for. */
export interface NuonuoDocument {
  readonly orderNo: string;
  /** `1` an invoice, `2` a red letter. */
  readonly invoiceType: string;
  readonly buyerName: string;
  readonly buyerTaxNum: string;
  readonly invoiceCode?: string;
  readonly invoiceNum?: string;
  readonly remark: string;
  readonly invoiceDetail: readonly { readonly taxIncludedAmount: string }[];
  /** `20` being issued, `2` issued, `22` refused, `3` voided by a red letter. */
  status: '20' | '2' | '22' | '3';
  /** What was printed on it. */
  readonly code: string;
  readonly number: string;
}

/** A stand-in for Nuonuo's open platform that checks who asks and what, over HTTP. */
export interface FakeNuonuo extends FakePlatform {
  /** The settings of its customer, for the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** In the order in which they were asked for. */
  readonly documents: readonly NuonuoDocument[];
  /** What it was asked, such as `requestBillingNew`, in order. */
  readonly methods: string[];
  /** Documents that are asked for from now on wait until {@link FakeNuonuo.finishAll}. */
  takeTime(): void;
  finishAll(): void;
  /** Refuses the next document. */
  refuseNext(reason: string): void;
  /** Forgets the tokens it has given, as if their time were over. */
  forgetTokens(): void;
}

interface Call {
  readonly method: string;
  readonly content: { readonly order?: NuonuoDocument; readonly orderNos?: readonly string[] };
}

/** Starts it on any free port; `now` is its clock. */
export async function startFakeNuonuo(now: () => Date): Promise<FakeNuonuo> {
  const documents: NuonuoDocument[] = [];
  const methods: string[] = [];
  const tokens = new Set<string>();
  let slow = false;
  let refusal: string | null = null;

  const answer = (code: string, describe: string, result: unknown = null) => ({
    status: 200,
    body: JSON.stringify({ code, describe, result }),
  });

  function isSigned({ url, headers, rawBody }: PlatformRequest): boolean {
    const of = (name: string) => url.searchParams.get(name) ?? '';
    const [, p, l, a] = url.pathname.split('/');
    const text = `a=${a}&l=${l}&p=${p}&k=${appKey}&i=${of('senid')}&n=${of('nonce')}&t=${of('timestamp')}&f=${rawBody.toString('utf8')}`;
    const due = createHmac('sha1', appSecret).update(text).digest();
    const given = Buffer.from(headers['x-nuonuo-sign'] ?? '', 'base64');
    const age = Math.abs(now().getTime() / 1_000 - Number(of('timestamp')));
    const isFresh = age <= windowSeconds && of('senid').length === 32 && of('appkey') === appKey;
    return isFresh && given.length === due.length && timingSafeEqual(given, due);
  }

  function token({ rawBody }: PlatformRequest) {
    const asked = new URLSearchParams(rawBody.toString('utf8'));
    const right = asked.get('client_id') === appKey && asked.get('client_secret') === appSecret;
    if (!right || asked.get('grant_type') !== 'client_credentials')
      return { status: 200, body: JSON.stringify({ error: '070101', error_description: 'appKey 不正确' }) };
    const text = randomBytes(12).toString('hex');
    tokens.add(text);
    return { status: 200, body: JSON.stringify({ access_token: text, expires_in: 86_400 }) };
  }

  function request(order: NuonuoDocument | undefined) {
    if (order === undefined) return answer('E9104', '订单信息不能为空');
    if (order.orderNo.length > 20) return answer('E9102', '订单号过长');
    if (documents.some((one) => one.orderNo === order.orderNo)) return answer('E9106', '订单号不能重复');
    const amount = order.invoiceDetail.reduce((sum, line) => sum + Math.round(Number(line.taxIncludedAmount) * 100), 0);
    if (order.invoiceType === '2') {
      const voided = documents.find((one) => one.code === order.invoiceCode && one.number === order.invoiceNum);
      const over = voided?.invoiceDetail.reduce(
        (sum, line) => sum + Math.round(Number(line.taxIncludedAmount) * 100),
        0,
      );
      if (voided?.status !== '2' || over !== -amount) return answer('E9301', '原蓝票不存在或金额不符');
      if (!order.remark.includes(`对应正数发票代码:${voided.code}号码:${voided.number}`))
        return answer('E9302', '备注须注明原发票代码和号码');
      voided.status = '3';
    } else if (amount <= 0) return answer('E9105', '金额须大于零');
    const status = refusal === null ? (slow ? '20' : '2') : '22';
    const number = String(10_000_001 + documents.length);
    documents.push({ ...order, status, code: '031002200111', number });
    return answer('E0000', '开票提交成功', { invoiceSerialNum: `2611${number}` });
  }

  function query(orderNos: readonly string[] = []) {
    const known = documents.filter((one) => orderNos.includes(one.orderNo));
    if (known.length === 0) return answer('E9501', '未查询到发票信息');
    const rows = known.map(({ orderNo, status, code, number }) => {
      const issued = status === '2' || status === '3';
      const failCause = status === '22' ? refusal : null;
      const papers = issued
        ? { invoiceCode: code, invoiceNum: number, pdfUrl: `https://inv.example/${number}.pdf` }
        : {};
      return { orderNo, status, statusMsg: '', failCause, ...papers };
    });
    if (known.some((one) => one.status === '22')) refusal = null;
    return answer('E0000', '获取成功', rows);
  }

  const platform = await startFakePlatform((asked) => {
    if (asked.url.pathname === '/accessToken') return token(asked);
    if (asked.url.pathname !== servicesPath) return { status: 404, body: '' };
    if (!isSigned(asked)) return answer('070201', '签名不正确');
    if (!tokens.has(asked.headers['accesstoken'] ?? '')) return answer('070303', 'accessToken 已失效');
    if (asked.headers['usertax'] !== sellerTaxNumber) return answer('070401', '税号未授权');
    const method = (asked.headers['method'] ?? '').replace('nuonuo.OpeMplatform.', '');
    methods.push(method);
    const { content }: Call = { method, content: JSON.parse(asked.rawBody.toString('utf8')) };
    if (method === 'requestBillingNew') return request(content.order);
    if (method === 'queryInvoiceResult') return query(content.orderNos);
    return answer('070501', '没有该接口');
  });

  return {
    ...platform,
    documents,
    methods,
    env: {
      NUONUO_APP_KEY: appKey,
      NUONUO_APP_SECRET: appSecret,
      NUONUO_TAX_NUMBER: sellerTaxNumber,
      NUONUO_SELLER_ADDRESS: '上海市浦东新区世纪大道 1 号',
      NUONUO_SELLER_PHONE: '021-60000000',
      NUONUO_CLERK: '小李',
      NUONUO_GOODS_CODE: '1060512990000000000',
      NUONUO_API_URL: `${platform.url}${servicesPath}`,
      NUONUO_TOKEN_URL: `${platform.url}/accessToken`,
    },
    takeTime() {
      slow = true;
    },
    finishAll() {
      slow = false;
      for (const document of documents) if (document.status === '20') document.status = '2';
    },
    refuseNext(reason) {
      refusal = reason;
    },
    forgetTokens: () => tokens.clear(),
  };
}
