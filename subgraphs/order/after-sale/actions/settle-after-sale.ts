import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { goodsMinor } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import { pointsShare, refundStatusOf } from '../../refund/domain/refund-share.ts';
import type { AfterSale, AfterSaleMove } from '../domain/after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';

interface SettleParts {
  readonly afterSales: AfterSales;
  readonly orders: Orders;
  readonly refundDesk: RefundDesk;
  readonly transact: Transact;
  readonly clock: Clock;
}

export type SettleAfterSale = ReturnType<typeof createSettleAfterSale>;

/**
 * Gives the money of a granted after-sale back: the after-sale, the order's counters and the refund's intent move together, then the provider is asked.
 * Null when somebody else has settled it.
 */
export function createSettleAfterSale({ afterSales, orders, refundDesk, transact, clock }: SettleParts) {
  return async function settleAfterSale(
    id: string,
    move: Extract<AfterSaleMove, 'refundApproved' | 'refundReturned'>,
  ): Promise<AfterSale | null> {
    const refundId = newId('refund');
    const settled = await transact(async (session) => {
      const at = clock.now();
      const afterSale = await afterSales.move(id, move, at, {}, session);
      if (afterSale === null) return null;
      const order = await orders.byId(afterSale.orderId, session);
      if (order === null) throw new Error(`the order ${afterSale.orderId} is gone`);
      const goods = afterSale.refundMinor;
      const pointsReturned = pointsShare(order, goods);
      const refundedGoodsMinor = order.refundedGoodsMinor + goods;
      const counted = await orders.countRefund(session, order, {
        refundedMinor: order.refundedMinor + goods,
        refundedGoodsMinor,
        pointsReturned: order.pointsReturned + pointsReturned,
        refundStatus: refundStatusOf(refundedGoodsMinor, goodsMinor(order)),
      });
      if (!counted) throw new Error(`the order ${order._id} was refunded otherwise meanwhile`);
      if (goods === 0) return afterSale;
      await refundDesk.open(session, {
        _id: refundId,
        orderId: order._id,
        cause: 'AFTER_SALE',
        afterSaleId: id,
        amountMinor: goods,
        goodsMinor: goods,
        pointsReturned,
        currency: order.currency,
        lines: afterSale.lines.map(({ orderLineId, skuId, quantity }) => ({ orderLineId, skuId, quantity })),
      });
      return afterSale;
    });
    if (settled !== null && settled.refundMinor > 0) await refundDesk.carryOut(refundId);
    return settled;
  };
}
