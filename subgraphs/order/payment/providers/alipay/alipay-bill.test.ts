import { describe, expect, test } from '@jest/globals';
import { alipayTables, zipOf, type AlipayBillRow } from '#kit/testing/fake-alipay/alipay-bill.ts';
import { readAlipayBill } from './alipay-bill.ts';
import { trustedAddress } from './alipay-statement.ts';

const wanted = { sellerId: '2088000000000001', day: '2026-11-22' };
const at = new Date('2026-11-22T04:00:00Z');
const rows: readonly AlipayBillRow[] = [
  { at, tradeNo: '2026112222001', paymentId: 'pay_1', fen: 1234, refundId: null },
  { at, tradeNo: '2026112222002', paymentId: 'pay_2', fen: 80000, refundId: null },
  { at, tradeNo: '2026112222001', paymentId: 'pay_1', fen: -234, refundId: 'rfd_1' },
];
const tables = (more: object = {}) => alipayTables({ ...wanted, rows, ...more });
/** The tables with one text instead of another in both of them. */
const changed = (from: string | RegExp, to: string) =>
  Object.fromEntries(Object.entries(tables()).map(([name, text]) => [name, text.replace(from, to)]));
const [details = '', totals = ''] = Object.keys(tables());
const reading = async (files: Readonly<Record<string, string>>) => readAlipayBill(await zipOf(files), wanted);

describe('a bill of Alipay', () => {
  test('gives payments by our number and refunds by their request, in fen and without sign', async () => {
    expect(await reading(tables())).toEqual([
      { subject: 'PAYMENT', id: 'pay_1', amountMinor: 1234, currency: 'CNY' },
      { subject: 'PAYMENT', id: 'pay_2', amountMinor: 80000, currency: 'CNY' },
      { subject: 'REFUND', id: 'rfd_1', amountMinor: 234, currency: 'CNY' },
    ]);
  });

  test('of a day without trades is empty', async () => {
    expect(await reading(tables({ rows: [] }))).toEqual([]);
  });

  const refused: readonly [string, string, Readonly<Record<string, string>>][] = [
    ['of another day', 'it is of another day', tables({ day: '2026-11-21' })],
    ['of another seller', 'it is of another account', tables({ sellerId: '2088000000000002' })],
    ['whose table breaks off', 'its end is missing', changed(/#-+业务明细列表结束[^]*$/, '')],
    ['that lacks a row', 'the totals are 2,1,81000, the details 2,0,81234', changed(/^.*退款\t[^]*?\r\n/m, '')],
    ['with another amount', 'the totals are 2,1,81000, the details 2,1,81001', changed('12.34\t,', '12.35\t,')],
    ['with an amount that is none', 'NOT_A_DECIMAL', changed('12.34\t,', '1e3\t,')],
    ['without a column', 'the column 商户订单号 is missing', changed('商户订单号', '订单号')],
    ['with one file only', '业务明细(汇总).csv', { [details]: tables()[details] ?? '' }],
    ['without its details', '业务明细.csv', { [totals]: tables()[totals] ?? '' }],
    ['with many files', 'more than 10 files', Object.fromEntries([...Array(11).keys()].map((n) => [`${n}.csv`, '']))],
    ['with a line without end', 'Max Record Size', { ...tables(), [details]: '0'.repeat(5_000_000) }],
  ];
  test.each(refused)('%s is refused', async (_, reason, files) => {
    await expect(reading(files)).rejects.toMatchObject({
      code: 'UNKNOWN',
      cause: expect.objectContaining({
        [reason === 'NOT_A_DECIMAL' ? 'code' : 'message']: expect.stringContaining(reason),
      }),
    });
  });

  test('that unpacks to more than the limit is refused, though its packed size is small', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ ...(rows[0] as AlipayBillRow), tradeNo: `${index}` }));
    const zip = await zipOf(tables({ rows: many }));
    expect(zip.length).toBeLessThan(200_000);
    expect(await readAlipayBill(zip, wanted)).toHaveLength(20_000);
    await expect(readAlipayBill(zip, wanted, 1_000_000)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('is larger than 1000000 bytes') },
    });
  });

  test('of which any part is lost, or any byte of a file is another, is refused', async () => {
    const zip = await zipOf(tables());
    const broken = [
      zip.slice(0, -1),
      zip.slice(0, zip.length / 2),
      zip.slice(10),
      new Uint8Array(),
      zip.with(200, (zip[200] ?? 0) ^ 1),
    ];
    for (const bytes of broken) await expect(readAlipayBill(bytes, wanted)).rejects.toMatchObject({ code: 'UNKNOWN' });
  });
});

describe('the address of a bill', () => {
  const settings = { url: 'https://openapi.alipay.com/gateway.do' };

  test('is one of Alipay’s hosts, and is asked over TLS', () => {
    const address = 'http://dwbillcenter.alipay.com/downloadBillFile.resource?fileId=1';
    expect(trustedAddress(address, settings)?.href).toBe(address.replace('http:', 'https:'));
  });

  test.each([
    'http://169.254.169.254/latest/meta-data',
    'https://dwbillcenter.alipay.com.example.com/bill',
    'https://xalipay.com/bill',
    'https://dwbillcenter.alipay.com:8443/bill',
    'https://somebody:secret@dwbillcenter.alipay.com/bill',
    'file:///etc/passwd',
    'http://localhost/bill',
  ])('is not %s', (address) => {
    expect(trustedAddress(address, settings)).toBeNull();
  });
});
