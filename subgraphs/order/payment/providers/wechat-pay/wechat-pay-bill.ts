import { parseAmount } from '#kit/money/money.ts';
import type { Movement } from '../../domain/reconciliation.ts';
import { ProviderError } from '../payment-provider.ts';

const columns = ['商户订单号', '交易状态', '货币种类', '商户退款单号', '退款状态', '订单金额', '申请退款金额'] as const;

/**
 * Reads a bill of all transactions of a day: text with a line of column names, a line for each movement whose cells begin with a backquote each, and two lines with
 * totals. Amounts are yuan. Refunds count once they are through. Throws ProviderError when it isn't such a bill.
 */
export function readBill(text: string): Movement[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = (lines[0] ?? '').split(',');
  const lacking = columns.find((name) => !names.includes(name));
  const totals = lines.findIndex((line) => line.startsWith('总交易单数'));
  if (lacking !== undefined || totals < 1) {
    throw new ProviderError('UNKNOWN', 'WECHAT_PAY', 'a bill has another shape than is documented');
  }
  const rows = lines.slice(1, totals).map((line) => {
    const cells = line.slice(1).split(',`');
    return (name: (typeof columns)[number]) => cells[names.indexOf(name)] ?? '';
  });
  return rows.flatMap((of): Movement[] => {
    const currency = of('货币种类');
    if (of('交易状态') === 'SUCCESS') {
      const amountMinor = parseAmount(of('订单金额'), currency).minor;
      return [{ subject: 'PAYMENT', id: of('商户订单号'), amountMinor, currency }];
    }
    if (of('交易状态') !== 'REFUND' || of('退款状态') !== 'SUCCESS') return [];
    const amountMinor = parseAmount(of('申请退款金额'), currency).minor;
    return [{ subject: 'REFUND', id: of('商户退款单号'), amountMinor, currency }];
  });
}
