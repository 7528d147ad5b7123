import type { Job } from '#kit/jobs/jobs.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { EndUnpaidOrder } from '../../order/actions/end-unpaid-order.ts';
import { close } from '../../order/domain/order-changes.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import type { PresaleOrders } from '../store/presale-orders.ts';

interface CloseParts {
  readonly presaleOrders: PresaleOrders;
  readonly endUnpaidOrder: EndUnpaidOrder;
  readonly refundDesk: Pick<RefundDesk, 'carryOut'>;
  readonly transact: Transact;
}

const everyMs = 5_000;
const batch = 200;
/** An order that had its units when the presale was called off is placed, or undone, within a minute. */
const lastOrdersMs = 10 * 60_000;

/** Closes the orders of presales that were called off, and gives their deposits back. Whose balance is being paid in the same moment is paid or closed, never both. */
export function closeWithdrawnPresaleOrders({ presaleOrders, endUnpaidOrder, refundDesk, transact }: CloseParts): Job {
  return {
    name: 'close-withdrawn-presale-orders',
    everyMs,
    hasWork: async () => (await presaleOrders.withdrawn()).length > 0,
    async run({ now, signal }) {
      for (const { _id: presaleId, at } of await presaleOrders.withdrawn()) {
        for (;;) {
          const unpaid = await presaleOrders.unpaidOf(presaleId, batch);
          for (const order of unpaid) {
            signal.throwIfAborted();
            const end = close({ at: now, actor: 'system' }, 'PRESALE_CANCELLED');
            const ended = await transact((session) => endUnpaidOrder(session, order, end, { byShop: true }));
            if (ended?.refundId != null) await refundDesk.carryOut(ended.refundId);
          }
          if (unpaid.length < batch) break;
        }
        if (now.getTime() - at.getTime() >= lastOrdersMs) await presaleOrders.forgetWithdrawn(presaleId);
      }
    },
  };
}
