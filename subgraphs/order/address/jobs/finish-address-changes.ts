import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { CarryOutAddressChange } from '../actions/carry-out-address-change.ts';
import type { OrderAddresses } from '../store/order-addresses.ts';

interface FinishParts {
  readonly addresses: OrderAddresses;
  readonly carryOutAddressChange: CarryOutAddressChange;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 10_000;
/** Younger ones are in the hands of whoever asked. */
const settleAfterMs = 15_000;
const batch = 100;

/** Finishes changes of address that a crash, or a neighbour who didn't answer, has left half done: no parcel waits for one for long. */
export function finishAddressChanges({ addresses, carryOutAddressChange, log }: FinishParts): Job {
  const left = (now: Date, limit: number) => addresses.unfinished(new Date(now.getTime() - settleAfterMs), limit);
  return {
    name: 'finish-address-changes',
    everyMs,
    hasWork: async (now) => (await left(now, 1)).length > 0,
    async run({ now, signal }) {
      for (const { _id, channel, addressChange } of await left(now, batch)) {
        signal.throwIfAborted();
        try {
          const viewer = systemViewer('order', { channel });
          await carryOutAddressChange(_id, addressChange, { viewer, requestId: _id, signal });
        } catch (error) {
          log.warn({ err: error, orderId: _id }, 'a change of address could not be finished yet');
        }
      }
    },
  };
}
