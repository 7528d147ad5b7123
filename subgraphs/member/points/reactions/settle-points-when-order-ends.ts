import type { DomainEvent } from '#kit/events/events.ts';
import { reaction, reactionToAll, type Reaction } from '#kit/inbox/inbox.ts';
import type { Session as Transaction } from '#kit/mongo/transaction.ts';
import { returnSpent, spend } from '../domain/ledger.ts';
import type { OrderPoints } from '../domain/order-points.ts';
import { releaseHold } from '../steps/release-hold.ts';
import type { PointsStore } from '../store/points-store.ts';

/** The order is paid: the points that it held are spent. */
export function spendPointsWhenOrderPaid(points: PointsStore): Reaction {
  return reactionToAll({
    name: 'spend-points-when-order-paid',
    on: 'order.paid',
    async reactToAll(events, session) {
      const orders = await points.ordersByIds(
        events.map(({ payload }) => payload.orderId),
        session,
      );
      for (const { payload, at } of events) {
        const order = orders.get(payload.orderId);
        if (order?.tender?.state !== 'HELD') continue;
        const { tender, memberId, orderId } = order;
        const account = await points.find(memberId, session);
        const occasion = { cause: { kind: 'ORDER', id: orderId }, at: new Date(at) } as const;
        await points.save(session, spend(account, tender.takes, occasion));
        await points.saveOrderPoints(session, { ...order, tender: { ...tender, state: 'SPENT' } });
      }
    },
  });
}

/** The order is cancelled: what it held is released, what it spent comes back. What a later attempt holds stays. */
export function returnPointsWhenOrderCancelled(points: PointsStore): Reaction {
  return reaction({
    name: 'return-points-when-order-cancelled',
    on: 'order.cancelled',
    async react({ payload, at }, session) {
      const order = await points.orderPoints(session, payload.orderId);
      if (order === null || (order.tender?.attempt ?? 1) > (payload.attempt ?? 1)) return;
      await releaseHold(points, session, order, new Date(at));
      await giveBack(points, session, order, order.tender?.points ?? 0, {
        cause: { kind: 'ORDER', id: order.orderId },
        at: new Date(at),
      });
    },
  });
}

/** Money went back: so do the spent points that the refund names. A cancelled order may have returned them already. */
export function returnPointsWhenOrderRefunded(points: PointsStore): Reaction {
  return reaction({
    name: 'return-points-when-order-refunded',
    on: 'order.refunded',
    async react({ payload, at }: DomainEvent<'order.refunded'>, session) {
      const { orderId, pointsReturned, pointsBack = [{ orderId, points: pointsReturned }] } = payload;
      for (const back of pointsBack) {
        const order = await points.orderPoints(session, back.orderId);
        if (order === null) continue;
        const occasion = { cause: { kind: 'REFUND', id: payload.refundId }, at: new Date(at) } as const;
        await giveBack(points, session, order, back.points, occasion);
      }
    },
  });
}

/** Units left a paid order: the spent points that they had their share of come back. */
export function returnPointsWhenOrderEdited(points: PointsStore): Reaction {
  return reaction({
    name: 'return-points-when-order-edited',
    on: 'order.edited',
    async react({ payload: { orderId, editId, pointsReturned }, at }, session) {
      const order = pointsReturned > 0 ? await points.orderPoints(session, orderId) : null;
      if (order === null) return;
      const occasion = { cause: { kind: 'REFUND', id: editId }, at: new Date(at) } as const;
      await giveBack(points, session, order, pointsReturned, occasion);
    },
  });
}

/** Returns up to `wanted` of the points that an order spent and has not got back. */
async function giveBack(
  points: PointsStore,
  session: Transaction,
  order: OrderPoints,
  wanted: number,
  occasion: Parameters<typeof returnSpent>[3],
): Promise<void> {
  const { tender, memberId } = order;
  if (tender?.state !== 'SPENT') return;
  const returning = { points: Math.min(wanted, tender.points - tender.returned), returnedBefore: tender.returned };
  if (returning.points === 0) return;
  const account = await points.find(memberId, session);
  await points.save(session, returnSpent(account, tender.takes, returning, occasion));
  const returned = tender.returned + returning.points;
  await points.saveOrderPoints(session, { ...order, tender: { ...tender, returned } });
}
