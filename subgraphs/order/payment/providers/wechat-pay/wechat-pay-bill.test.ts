import { describe, expect, test } from '@jest/globals';
import { billOf, type BillRow } from '#kit/testing/fake-wechat-pay/wechat-pay-bill.ts';
import { ProviderError } from '../payment-provider.ts';
import { readBill } from './wechat-pay-bill.ts';

const payment: BillRow = {
  at: new Date('2026-11-22T08:00:00Z'),
  appId: 'wx1',
  merchantId: '1900000109',
  transactionId: '4200',
  paymentId: 'pay_1',
  totalFen: 1234,
  refund: null,
};
const back = (state: string): BillRow => ({
  ...payment,
  refund: { refundId: '5030', ownId: 'rfd_1', fen: 1000, state },
});

describe('a bill of WeChat Pay', () => {
  test('names what was paid and what is through of what went back', () => {
    expect(readBill(billOf([payment, back('SUCCESS'), back('PROCESSING')]))).toEqual([
      { subject: 'PAYMENT', id: 'pay_1', amountMinor: 1234, currency: 'CNY' },
      { subject: 'REFUND', id: 'rfd_1', amountMinor: 1000, currency: 'CNY' },
    ]);
  });

  test('may be empty', () => {
    expect(readBill(billOf([]))).toEqual([]);
  });

  test.each(['', '<html></html>', '{"code":"SYSTEM_ERROR"}', billOf([payment]).split('\r\n').slice(0, 2).join('\r\n')])(
    'that is another text, or was cut off, is refused',
    (text) => {
      expect(() => readBill(text)).toThrow(ProviderError);
    },
  );
});
