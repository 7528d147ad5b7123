import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { Job } from '#kit/jobs/jobs.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Payments } from '../../payment/store/payments.ts';
import { close } from '../domain/order-changes.ts';
import type { Orders } from '../store/orders.ts';

interface CloseParts {
  readonly orders: Orders;
  readonly payments: Payments;
  readonly transact: Transact;
}

const everyMs = 5_000;
const batch = 200;

/** Closes orders whose time to pay is over; everything they hold goes back by the event. One that is being paid in the same moment is paid or closed, never both. */
export function closeUnpaidOrders({ orders, payments, transact }: CloseParts): Job {
  return {
    name: 'close-unpaid-orders',
    everyMs,
    async run({ now, signal }) {
      for (;;) {
        const due = await orders.unpaidBefore(now, batch);
        for (const { _id } of due) {
          signal.throwIfAborted();
          await transact(async (session) => {
            const closed = await orders.change(session, _id, close({ at: now, actor: 'system' }));
            if (closed !== null) await payments.closeOpen(session, _id);
            await crashPoint('order.expiring.before-close');
          });
          await crashPoint('order.expiring.closed');
        }
        if (due.length < batch) return;
      }
    },
  };
}
