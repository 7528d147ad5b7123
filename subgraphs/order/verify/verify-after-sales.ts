import type { Check } from '#kit/verification/verify-door.ts';
import { claimsOf, type AfterSale } from '../after-sale/domain/after-sale.ts';
import type { Order } from '../order/domain/order.ts';
import type { Refund } from '../refund/domain/refund.ts';

/** After-sales: what was claimed, received and given back is the same wherever it is written down. */
export const verifyAfterSales: Check = async (moment, findings) => {
  for await (const afterSales of moment.batches<AfterSale>('afterSales')) {
    const afterSaleId = { $in: afterSales.map(({ _id }) => _id) };
    const refunds = Map.groupBy(await moment.find<Refund>('refunds', { afterSaleId }), (refund) => refund.afterSaleId);
    for (const afterSale of afterSales) {
      const { _id, status, lines, receipts, refundMinor } = afterSale;
      for (const { orderLineId, quantity, receivedUnits, receivedMinor } of lines) {
        const back = receipts.flatMap((receipt) => receipt.lines.filter((line) => line.orderLineId === orderLineId));
        const subject = `${_id}:${orderLineId}`;
        const units = back.reduce((total, line) => total + line.restocked + line.writtenOff, 0);
        findings.compare('after-sales: restocked + written off = received', subject, receivedUnits, units);
        findings.compare('after-sales: received <= asked for', subject, true, receivedUnits <= quantity);
        findings.compare('after-sales: money of receipts = received', subject, receivedMinor, sumOf(back));
      }
      const given = refunds.get(_id) ?? [];
      const amount = given.reduce((total, refund) => total + refund.amountMinor, 0);
      const isPaid = status === 'REFUNDED' || status === 'EXCHANGED';
      if (isPaid) findings.compare('after-sales: refunds = what was promised', _id, refundMinor, amount);
      else findings.compare('after-sales: refunds <= what was promised', _id, true, amount <= refundMinor);
      for (const { id, settledAt, lines: received } of receipts) {
        const due = settledAt !== null && sumOf(received) > 0 ? 1 : 0;
        const made = given.filter((refund) => refund.receiptId === id).length;
        findings.compare('after-sales: one refund for each receipt', id, due, made);
      }
    }
  }
};

/** What after-sales keep of an order's lines is what its lines say. Orders that were split or merged carry the claims of others. */
export const verifyClaims: Check = async (moment, findings) => {
  const whole = {
    splitFrom: null,
    splitInto: null,
    mergedFrom: null,
    mergedInto: null,
    'lines.claimedUnits': { $gt: 0 },
  };
  for await (const orders of moment.batches<Order>('orders', whole)) {
    const orderId = { $in: orders.map(({ _id }) => _id) };
    const all = Map.groupBy(await moment.find<AfterSale>('afterSales', { orderId }), (one) => one.orderId);
    for (const { _id, lines } of orders) {
      const claims = (all.get(_id) ?? []).flatMap(claimsOf);
      for (const { lineId, claimedUnits, claimedMinor } of lines) {
        const own = claims.filter((claim) => claim.orderLineId === lineId);
        const found = [claimedUnits, claimedMinor];
        const expected = [
          own.reduce((total, { units }) => total + units, 0),
          own.reduce((total, { minor }) => total + minor, 0),
        ];
        findings.compare('after-sales: claimed units and money = lines', `${_id}:${lineId}`, expected, found);
      }
    }
  }
};

function sumOf(lines: readonly { readonly refundMinor: number }[]): number {
  return lines.reduce((total, line) => total + line.refundMinor, 0);
}
