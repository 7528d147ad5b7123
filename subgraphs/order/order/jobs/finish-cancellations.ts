import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { CancelPaidOrder } from '../actions/cancel-paid-order.ts';
import type { Orders } from '../store/orders.ts';

interface FinishParts {
  readonly orders: Orders;
  readonly cancelPaidOrder: CancelPaidOrder;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 10_000;
/** Younger ones are in the hands of whoever asked. */
const settleAfterMs = 15_000;
const batch = 100;

/** Finishes cancellations of paid orders that a crash cut off after the warehouses were asked to stop. */
export function finishCancellations({ orders, cancelPaidOrder, log }: FinishParts): Job {
  const left = (now: Date, limit: number) =>
    orders.unfinishedCancellations(new Date(now.getTime() - settleAfterMs), limit);
  return {
    name: 'finish-cancellations',
    everyMs,
    hasWork: async (now) => (await left(now, 1)).length > 0,
    async run({ now, signal }) {
      for (const { _id, channel, cancellation } of await left(now, batch)) {
        signal.throwIfAborted();
        if (cancellation === null) continue;
        try {
          await cancelPaidOrder(_id, cancellation, {
            viewer: systemViewer('order', { channel }),
            requestId: _id,
            signal,
          });
        } catch (error) {
          log.warn({ err: error, orderId: _id }, 'a cancellation could not be finished yet');
        }
      }
    },
  };
}
