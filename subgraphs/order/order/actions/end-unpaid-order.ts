import { newId } from '#kit/ids/ids.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { Payments } from '../../payment/store/payments.ts';
import { depositAtEnd, isPresale } from '../../presale/domain/order-presale.ts';
import { endPresale } from '../../presale/domain/presale-changes.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import type { OrderChange } from '../domain/order-changes.ts';
import type { Order } from '../domain/order.ts';
import type { Orders } from '../store/orders.ts';

interface EndUnpaidParts {
  readonly orders: Orders;
  readonly payments: Pick<Payments, 'closeOpen'>;
  readonly refundDesk: Pick<RefundDesk, 'open'>;
}

/** An order that ended before it was paid, and the refund of its deposit that is to be carried out; null when nothing goes back. */
export interface EndedUnpaid {
  readonly order: Order;
  readonly refundId: string | null;
}

interface EndOptions {
  /** The shopper isn't why it ends. */
  readonly byShop: boolean;
  /** Only an order whose time to pay was over then; absent: any. */
  readonly expiredAt?: Date;
}

export type EndUnpaidOrder = ReturnType<typeof createEndUnpaidOrder>;

/**
 * Ends an order that isn't paid, in the caller's transaction: nobody is asked to pay any more, and the deposit of a presale is kept or goes back, by what
 * `depositAtEnd` says. Null when the order is paid, or ended, by now, or has got more time.
 */
export function createEndUnpaidOrder({ orders, payments, refundDesk }: EndUnpaidParts) {
  return async function endUnpaidOrder(
    session: Session,
    known: Pick<Order, '_id' | 'presale'>,
    end: OrderChange,
    { byShop, expiredAt }: EndOptions,
  ): Promise<EndedUnpaid | null> {
    const orderId = known._id;
    // Only a presale's end depends on how far the order is.
    const before = known.presale === undefined ? null : await orders.byId(orderId, session);
    if (before === null || !isPresale(before)) {
      const order = await orders.change(session, orderId, end);
      if (order === null) return null;
      await payments.closeOpen(session, orderId);
      return { order, refundId: null };
    }
    // Its deposit came in the same moment.
    if (expiredAt !== undefined && before.expiresAt !== null && before.expiresAt > expiredAt) return null;
    const { depositMinor: amountMinor } = before.presale;
    const deposit = depositAtEnd(before.presale, { at: end.at, byShop });
    const order = await orders.change(session, orderId, endPresale(before, end, deposit));
    if (order === null) return null;
    await payments.closeOpen(session, orderId);
    if (deposit === 'NONE') return { order, refundId: null };
    await orders.note(session, orderId, { at: end.at, actor: 'system', note: `DEPOSIT_${deposit}` });
    if (deposit === 'FORFEITED') return { order, refundId: null };
    const refundId = newId('refund');
    const whole = { afterSaleId: null, goodsMinor: 0, pointsReturned: 0, lines: [], currency: order.currency };
    await refundDesk.open(session, { _id: refundId, orderId, cause: 'DEPOSIT_RETURNED', amountMinor, ...whole });
    return { order, refundId };
  };
}
