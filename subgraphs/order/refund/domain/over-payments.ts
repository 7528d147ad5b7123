import { allocate } from '#kit/money/allocate.ts';
import type { Payment } from '../../payment/domain/payment.ts';
import type { Refund } from './refund.ts';

type Wanted = Pick<Refund, '_id' | 'amountMinor' | 'goodsMinor' | 'pointsReturned' | 'lines' | 'afterSaleId'>;
type Share = Pick<
  Refund,
  '_id' | 'paymentId' | 'amountMinor' | 'goodsMinor' | 'pointsReturned' | 'lines' | 'afterSaleId' | 'partOf'
>;

/**
 * The refunds that give an amount back to the payments that brought it, the oldest first and none more than it still holds. The first keeps the id, lines and points of what is
 * wanted, the others are parts of it; `newRefundId` names them. RangeError when the payments don't hold that much.
 */
export function overPayments(
  wanted: Wanted,
  holders: readonly Pick<Payment, '_id' | 'amountMinor' | 'refundedMinor'>[],
  newRefundId: () => string,
): Share[] {
  let rest = wanted.amountMinor;
  const drawn = holders.flatMap(({ _id: paymentId, amountMinor, refundedMinor }) => {
    const amount = Math.min(rest, amountMinor - refundedMinor);
    rest -= amount;
    return amount > 0 ? [{ paymentId, amount }] : [];
  });
  if (rest > 0) throw new RangeError(`the payments of refund ${wanted._id} lack ${rest} to give back`);
  const amounts = drawn.map(({ amount }) => amount);
  const goods = allocate(Math.min(wanted.goodsMinor, wanted.amountMinor), amounts, amounts);
  return drawn.map(({ paymentId, amount }, index): Share => {
    const share = { paymentId, amountMinor: amount, goodsMinor: goods[index] ?? 0 };
    const { _id, pointsReturned, lines, afterSaleId } = wanted;
    if (index === 0) return { ...share, _id, pointsReturned, lines, afterSaleId };
    return { ...share, _id: newRefundId(), pointsReturned: 0, lines: [], afterSaleId: null, partOf: _id };
  });
}
