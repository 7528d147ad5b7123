/** A movement as the bill of a day names it; amounts are fen. */
export interface BillRow {
  readonly at: Date;
  readonly appId: string;
  readonly merchantId: string;
  readonly transactionId: string;
  readonly paymentId: string;
  readonly totalFen: number;
  readonly refund: {
    readonly refundId: string;
    readonly ownId: string;
    readonly fen: number;
    readonly state: string;
  } | null;
}

const columns =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const totals = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const yuan = (fen: number) => (fen / 100).toFixed(2);
const china = (at: Date) => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
const line = (cells: readonly string[]) => cells.map((cell) => `\`${cell}`).join(',');

/** The bill of all transactions as WeChat Pay writes it: UTF-8 with a byte order mark, lines ended by CR LF, each cell behind a backquote. */
export function billOf(rows: readonly BillRow[]): string {
  const lines = rows.map(({ at, appId, merchantId, transactionId, paymentId, totalFen, refund }) => {
    const state = refund === null ? 'SUCCESS' : 'REFUND';
    const total = refund === null ? yuan(totalFen) : '0.00';
    const back = yuan(refund?.fen ?? 0);
    const who = [china(at), appId, merchantId, '0', '', transactionId, paymentId, 'o-somebody', 'NATIVE', state];
    const money = ['OTHERS', 'CNY', total, '0.00', refund?.refundId ?? '0', refund?.ownId ?? '0', back, '0.00'];
    const rest = [refund ? 'ORIGINAL' : '', refund?.state ?? '', 'Tea, green', '', '0.00000', '0.60%', total, back, ''];
    return line([...who, ...money, ...rest]);
  });
  const sums = line([String(rows.length), '0.00', '0.00', '0.00', '0.00000', '0.00', '0.00']);
  return `\uFEFF${[columns, ...lines, totals, sums, ''].join('\r\n')}`;
}
