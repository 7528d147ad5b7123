import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { Job } from '#kit/jobs/jobs.ts';
import type { flashSaleOrders } from '#kit/neighbours/flash-sale-orders.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { ReleaseOrder } from '../actions/purchase-flash-sale-item.ts';
import { unpaidMs } from '../domain/flash-sale.ts';
import type { FlashTicketStore } from '../store/flash-tickets.ts';

/** An order is placed within the few seconds of a call; only after this long is a ticket taken for left behind. Milliseconds. */
const leftAfterMs = 30_000;
const batch = 200;

/**
 * Settles, every ten seconds, tickets that were left behind: by a crash, or because order never answered. Order says which have their orders; the others never get one,
 * and go back to the quota.
 */
export function settleLeftTickets(needs: {
  readonly tickets: FlashTicketStore;
  readonly releaseOrder: ReleaseOrder;
  readonly orders: Neighbour<typeof flashSaleOrders>;
}): Job {
  const { tickets, orders } = needs;
  const leftBehind = (now: Date, limit: number) =>
    tickets.held(new Date(now.getTime() + unpaidMs - leftAfterMs), limit);
  return {
    name: 'settle-left-flash-tickets',
    everyMs: 10_000,
    hasWork: async (now) => (await leftBehind(now, 1)).length > 0,
    async run({ now, signal }) {
      for (;;) {
        const left = await leftBehind(now, batch);
        if (left.length === 0) return;
        const asked = left.map(({ orderId, memberId, currency }) => ({ orderId, memberId, currency }));
        const call = { viewer: systemViewer('promotion'), requestId: 'settle-left-flash-tickets', signal };
        const { placed } = await orders.settleFlashSaleOrders({ orders: asked }, { ...call, repeatable: true });
        await crashPoint('promotion.flash-sale.left-settled');
        await tickets.markOrdered(left.flatMap(({ _id }, index) => (placed[index]?.ok === true ? [_id] : [])));
        await crashPoint('promotion.flash-sale.left-noted');
        for (const [index, { orderId }] of left.entries()) {
          signal.throwIfAborted();
          if (placed[index]?.ok !== true) await needs.releaseOrder(orderId, now);
        }
        if (left.length < batch) return;
      }
    },
  };
}
