import { newId } from '#kit/ids/ids.ts';
import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import { addLot, clawBack } from '../domain/ledger.ts';
import { lifeOfEarned, pointsFor, pointsToClawBack } from '../domain/order-points.ts';
import type { PointsStore } from '../store/points-store.ts';

/** The order is completed: its goods earn points, spendable after the return window. */
export function earnPointsWhenOrderCompleted(points: PointsStore): Reaction {
  return reaction({
    name: 'earn-points-when-order-completed',
    on: 'order.completed',
    async react({ payload, at }, session) {
      const { orderId, memberId, goodsMinor, currency, completedAt } = payload;
      if (memberId === null) return;
      const order = await points.orderPoints(session, orderId);
      if (order !== null && order.earning !== null) return;
      const earned = pointsFor(goodsMinor, currency);
      const lotId = newId('pointsLot');
      if (earned > 0) {
        const account = await points.find(memberId, session);
        const lot = { id: lotId, earned, ...lifeOfEarned(new Date(completedAt)) };
        const occasion = { cause: { kind: 'ORDER', id: orderId }, at: new Date(at) } as const;
        await points.save(session, addLot(account, lot, 'EARNED', occasion));
      }
      const earning = { goodsMinor, refundedMinor: 0, currency, points: earned, lotId };
      await points.saveOrderPoints(session, { orderId, memberId, tender: order?.tender ?? null, earning });
    },
  });
}

/** Goods that earned points were refunded: the points go back as well, as a debt if they are spent. Before its completion an order has earned none. */
export function clawBackPointsWhenOrderRefunded(points: PointsStore): Reaction {
  return reaction({
    name: 'claw-back-points-when-order-refunded',
    on: 'order.refunded',
    async react({ payload, at }, session) {
      const order = await points.orderPoints(session, payload.orderId);
      if (order === null || order.earning === null) return;
      const { earning, memberId } = order;
      const taken = pointsToClawBack(earning, payload.goodsMinor);
      if (taken > 0) {
        const account = await points.find(memberId, session);
        const occasion = { cause: { kind: 'REFUND', id: payload.refundId }, at: new Date(at) } as const;
        await points.save(session, clawBack(account, taken, earning.lotId, occasion));
      }
      const refundedMinor = earning.refundedMinor + payload.goodsMinor;
      await points.saveOrderPoints(session, { ...order, earning: { ...earning, refundedMinor } });
    },
  });
}
