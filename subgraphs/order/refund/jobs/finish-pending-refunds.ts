import type { Job } from '#kit/jobs/jobs.ts';
import type { RefundDesk } from '../actions/refund-desk.ts';
import type { Refunds } from '../store/refunds.ts';

const everyMs = 30_000;
/** Younger ones are in the hands of whoever decided them. */
const settleAfterMs = 15_000;
const batch = 100;

/** Repeats what a provider has not confirmed: money that was promised goes back. */
export function finishPendingRefunds({
  refunds,
  refundDesk,
}: {
  readonly refunds: Refunds;
  readonly refundDesk: RefundDesk;
}): Job {
  return {
    name: 'finish-pending-refunds',
    everyMs,
    async run({ now, signal }) {
      for (const refund of await refunds.pendingBefore(new Date(now.getTime() - settleAfterMs), now, batch)) {
        signal.throwIfAborted();
        await refundDesk.carryOut(refund._id);
      }
    },
  };
}
