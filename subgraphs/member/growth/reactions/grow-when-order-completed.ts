import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { Session as Transaction } from '#kit/mongo/transaction.ts';
import type { MembersStore } from '../../member/store/members-store.ts';
import { growthFor, withGrowth, type GrowthCause } from '../domain/growth.ts';
import type { GrowthStore } from '../store/growth-store.ts';

/** What a change of growth is written with. */
export interface GrowthParts {
  readonly growth: GrowthStore;
  readonly members: Pick<MembersStore, 'growthIn' | 'setGrowth'>;
}

/** The order is completed: the member grows, and may reach a higher tier at once. */
export function growWhenOrderCompleted(parts: GrowthParts): Reaction {
  return reaction({
    name: 'grow-when-order-completed',
    on: 'order.completed',
    async react({ payload, at }, session) {
      const { orderId, memberId, goodsMinor, currency } = payload;
      if (memberId === null || (await parts.growth.orderGrowth(session, orderId)) !== null) return;
      const cause = { kind: 'ORDER', id: orderId } as const;
      await change(parts, session, memberId, growthFor(goodsMinor, currency), cause, new Date(at));
      await parts.growth.saveOrderGrowth(session, { orderId, memberId, goodsMinor, refundedMinor: 0, currency });
    },
  });
}

/** Goods were refunded: their growth is taken back. The tier stays until its review. Before its completion an order has given none. */
export function shrinkWhenOrderRefunded(parts: GrowthParts): Reaction {
  return reaction({
    name: 'shrink-when-order-refunded',
    on: 'order.refunded',
    async react({ payload, at }, session) {
      const order = await parts.growth.orderGrowth(session, payload.orderId);
      if (order === null) return;
      const { memberId, goodsMinor, currency } = order;
      const refundedMinor = order.refundedMinor + payload.goodsMinor;
      // By what is kept before and after, so that the cents of several refunds don't get lost or count twice.
      const keptBefore = growthFor(goodsMinor - order.refundedMinor, currency);
      const keptAfter = growthFor(goodsMinor - refundedMinor, currency);
      const cause = { kind: 'REFUND', id: payload.refundId } as const;
      await change(parts, session, memberId, keptAfter - keptBefore, cause, new Date(at));
      await parts.growth.saveOrderGrowth(session, { ...order, refundedMinor });
    },
  });
}

async function change(
  { growth, members }: GrowthParts,
  session: Transaction,
  memberId: string,
  points: number,
  cause: GrowthCause,
  at: Date,
): Promise<void> {
  const before = await members.growthIn(session, memberId);
  if (before === null) return;
  const { state, entry } = withGrowth(before.growth, points, cause, at);
  if (entry === null) return;
  await members.setGrowth(session, before.memberId, state);
  await growth.addEntries(session, [{ ...entry, memberId: before.memberId }]);
}
