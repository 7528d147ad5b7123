import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { Job } from '#kit/jobs/jobs.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { CarryOutEdit } from '../actions/carry-out-edit.ts';
import { editLease } from '../domain/edit-lease.ts';
import type { EditOrder } from '../actions/edit-order.ts';
import type { OrderEdits } from '../store/order-edits.ts';

interface FinishParts {
  readonly edits: OrderEdits;
  readonly carryOutEdit: CarryOutEdit;
  readonly giveUpUnpaid: EditOrder['giveUpUnpaid'];
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 5_000;
const batch = 100;

/** Gives up edits whose time to pay is over, and finishes or undoes those that a crash, or a neighbour who didn't answer, has left half done. */
export function finishOrderEdits({ edits, carryOutEdit, giveUpUnpaid, clock, log }: FinishParts): Job {
  const call = (editId: string, signal: AbortSignal) => ({ viewer: systemViewer('order'), requestId: editId, signal });
  return {
    name: 'finish-order-edits',
    everyMs,
    hasWork: async (now) => (await edits.unpaidBefore(now, 1)).length > 0 || (await edits.hasAbandoned(now)),
    async run({ now, signal }) {
      const attempt = async (editId: string, work: () => Promise<unknown>) => {
        signal.throwIfAborted();
        try {
          await work();
        } catch (error) {
          log.warn({ err: error, editId }, 'an edit of an order could not be finished yet');
        }
      };
      for (const edit of await edits.unpaidBefore(now, batch))
        await attempt(edit._id, () => giveUpUnpaid(edit, call(edit._id, signal)));
      for (let taken = 0; taken < batch; taken += 1) {
        const edit = await edits.takeOver(now, editLease(clock.now()));
        if (edit === null) return;
        await attempt(edit._id, () => carryOutEdit(edit, call(edit._id, signal)));
      }
    },
  };
}
