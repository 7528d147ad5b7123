import type { Session } from '#kit/mongo/transaction.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import { unrefundedLines } from '../../refund/domain/unrefunded-lines.ts';
import type { Refunds } from '../../refund/store/refunds.ts';
import { cancelPaid } from '../domain/order-changes.ts';
import { goodsMinor, type Cancellation, type Order } from '../domain/order.ts';
import type { Orders } from '../store/orders.ts';

interface GiveUpParts {
  readonly orders: Orders;
  readonly refunds: Pick<Refunds, 'ofOrder'>;
  readonly refundDesk: Pick<RefundDesk, 'open'>;
  /** Closes the after-sales of an order that are still under way: all its money goes back. */
  readonly closeAfterSales: (session: Session, orderId: string, at: Date) => Promise<void>;
}

export type GiveUpPaidOrder = ReturnType<typeof createGiveUpPaidOrder>;

/**
 * Ends a paid order of which nothing will be sent, in the caller's transaction: everything that was paid and has not gone back, freight included, goes back by
 * one refund that has the cancellation's id. Null when the order isn't paid (any more).
 */
export function createGiveUpPaidOrder({ orders, refunds, refundDesk, closeAfterSales }: GiveUpParts) {
  return async function giveUpPaidOrder(
    session: Session,
    orderId: string,
    cancellation: Cancellation,
  ): Promise<Order | null> {
    const before = await orders.byId(orderId, session);
    if (before === null) return null;
    const after = await orders.change(session, orderId, cancelPaid(before, cancellation));
    if (after === null) return null;
    await closeAfterSales(session, orderId, cancellation.requestedAt);
    const amountMinor = before.paidMinor - before.refundedMinor;
    if (amountMinor === 0) return after;
    await refundDesk.open(session, {
      _id: cancellation.id,
      orderId,
      cause: cancellation.afterSaleId === null ? 'ORDER_CANCELLED' : 'AFTER_SALE',
      afterSaleId: cancellation.afterSaleId,
      amountMinor,
      goodsMinor: goodsMinor(before) - before.refundedGoodsMinor,
      // The event of the cancellation gives all spent points back, except those that were spent through other orders.
      pointsReturned: before.tenders === undefined ? 0 : before.pointsSpent - before.pointsReturned,
      currency: before.currency,
      lines: unrefundedLines(before, await refunds.ofOrder(orderId, session)),
    });
    return after;
  };
}
