import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { HonourLatePayment } from '../actions/honour-late-payment.ts';
import { latePaymentLease } from '../domain/late-payment-lease.ts';
import type { LatePayments } from '../store/late-payments.ts';

interface FinishParts {
  readonly latePayments: LatePayments;
  readonly honourLatePayment: HonourLatePayment;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 5_000;
const batch = 100;

/** Finishes what a crash, or a neighbour that could not be asked, left of late payments: each ends in goods or in a refund. */
export function finishLatePayments({ latePayments, honourLatePayment, log }: FinishParts): Job {
  return {
    name: 'finish-late-payments',
    everyMs,
    hasWork: async (now) => (await latePayments.stale(now, 1)).length > 0,
    async run({ now, signal }) {
      for (const { _id, channel } of await latePayments.stale(now, batch)) {
        signal.throwIfAborted();
        const order = await latePayments.takeOver(_id, now, latePaymentLease(now));
        if (order === null) continue;
        try {
          await honourLatePayment(order, { viewer: systemViewer('order', { channel }), requestId: _id, signal });
        } catch (error) {
          log.warn({ err: error, orderId: _id }, 'a late payment could not be finished yet');
        }
      }
    },
  };
}
