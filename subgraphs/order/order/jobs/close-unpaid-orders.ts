import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { Job } from '#kit/jobs/jobs.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import type { EndUnpaidOrder } from '../actions/end-unpaid-order.ts';
import { close } from '../domain/order-changes.ts';
import type { Orders } from '../store/orders.ts';

interface CloseParts {
  readonly orders: Orders;
  readonly endUnpaidOrder: EndUnpaidOrder;
  readonly refundDesk: Pick<RefundDesk, 'carryOut'>;
  readonly transact: Transact;
}

const everyMs = 5_000;
const batch = 200;

/** Closes orders whose time to pay, or to pay the balance, is over; everything they hold goes back by the event. One that is being paid in the same moment is paid or closed, never both. */
export function closeUnpaidOrders({ orders, endUnpaidOrder, refundDesk, transact }: CloseParts): Job {
  return {
    name: 'close-unpaid-orders',
    everyMs,
    hasWork: async (now) => (await orders.unpaidBefore(now, 1)).length > 0,
    async run({ now, signal }) {
      for (;;) {
        const due = await orders.unpaidBefore(now, batch);
        for (const order of due) {
          signal.throwIfAborted();
          const ended = await transact(async (session) => {
            const end = close({ at: now, actor: 'system' });
            const closed = await endUnpaidOrder(session, order, end, { byShop: false, expiredAt: now });
            await crashPoint('order.expiring.before-close');
            return closed;
          });
          await crashPoint('order.expiring.closed');
          if (ended?.refundId != null) await refundDesk.carryOut(ended.refundId);
        }
        if (due.length < batch) return;
      }
    },
  };
}
