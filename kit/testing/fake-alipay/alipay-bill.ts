import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import iconv from 'iconv-lite';

/** A movement as the bill of a day names it; amounts are fen. */
export interface AlipayBillRow {
  readonly at: Date;
  readonly tradeNo: string;
  readonly paymentId: string;
  readonly fen: number;
  /** Null for a payment. */
  readonly refundId: string | null;
}

/** The tables of a bill, each as lines. */
export interface AlipayBill {
  /** Of `2026-11-22`. */
  readonly day: string;
  readonly sellerId: string;
  readonly rows: readonly AlipayBillRow[];
}

const detailColumns =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const totalColumns =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）';
const yuan = (fen: number) => (fen / 100).toFixed(2);
const china = (at: Date) => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
const line = (cells: readonly string[]) => cells.map((cell) => `${cell}\t`).join(',');
const chineseDay = (day: string, later = 0) => {
  const [year, month, date] = new Date(Date.parse(day) + later * 86_400_000).toISOString().slice(0, 10).split('-');
  return `${year}年${month}月${date}日 00:00:00`;
};

/** The files of a bill by name, as text: a table of details and one of totals. */
export function alipayTables({ day, sellerId, rows }: AlipayBill): Record<string, string> {
  const payments = rows.filter(({ refundId }) => refundId === null);
  const sum = yuan(rows.reduce((total, { fen }) => total + fen, 0));
  const head = (title: string, list: string) => [
    `#支付宝${title}查询`,
    `#账号：[${sellerId}0156]`,
    `#起始日期：[${chineseDay(day)}]   终止日期：[${chineseDay(day, 1)}]`,
    `#-----------------------------------------${list}----------------------------------------`,
  ];
  const details = rows.map(({ at, tradeNo, paymentId, fen, refundId }) => {
    const what = [tradeNo, paymentId, refundId === null ? '交易' : '退款', '绿茶 500g', china(at), china(at)];
    const money = [yuan(fen), yuan(fen), '0.00', '0.00', '0.00', '0.00', '0.00', '', '0.00', '0.00'];
    return line([...what, '', '', '', '', '*芳(wan***@example.com)', ...money, refundId ?? '', '0.00', '0.00', '']);
  });
  const counts = [String(payments.length), String(rows.length - payments.length)];
  const end = (list: string) =>
    `#-----------------------------------------${list}结束------------------------------------`;
  const name = `${sellerId}0156_${day.replaceAll('-', '')}_业务明细`;
  return {
    [`${name}.csv`]: [
      ...head('业务明细', '业务明细列表'),
      ...[detailColumns, ...details, end('业务明细列表')],
      `#交易合计：${counts[0]}笔，商家实收共${sum}元，商家优惠共0.00元`,
      `#退款合计：${counts[1]}笔，商家实收退款共0.00元，商家优惠退款共0.00元`,
      `#导出时间：[${chineseDay(day, 1)}]`,
      '',
    ].join('\r\n'),
    [`${name}(汇总).csv`]: [
      ...head('业务汇总', '业务汇总列表'),
      totalColumns,
      line(['合计', '', ...counts, sum, sum, '0.00', '0.00', '0.00', '0.00', '0.00', sum]),
      ...[end('业务汇总列表'), `#导出时间：[${chineseDay(day, 1)}]`, ''],
    ].join('\r\n'),
  };
}

/** Packs files as Alipay does: names and texts in GBK. */
export async function zipOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const encode = (text: string) => iconv.encode(text, 'gbk');
  const zip = new ZipWriter(new Uint8ArrayWriter(), {
    encodeText: encode,
    useUnicodeFileNames: false,
    useWebWorkers: false,
  });
  for (const [name, text] of Object.entries(files)) await zip.add(name, new Uint8ArrayReader(encode(text)));
  return zip.close();
}
