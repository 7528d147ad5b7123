import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { regroupingLease, type CarryOutRegrouping } from '../actions/carry-out-regrouping.ts';
import type { Regroupings } from '../store/regroupings.ts';

interface FinishParts {
  readonly regroupings: Regroupings;
  readonly carryOutRegrouping: CarryOutRegrouping;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 5_000;
const batch = 100;

/** Finishes splits and merges that a crash, or warehouses that could not be asked, left half done. */
export function finishRegroupings({ regroupings, carryOutRegrouping, log }: FinishParts): Job {
  return {
    name: 'finish-regroupings',
    everyMs,
    hasWork: (now) => regroupings.hasAbandoned(now),
    async run({ now, signal }) {
      for (let count = 0; count < batch; count += 1) {
        signal.throwIfAborted();
        const regrouping = await regroupings.takeOver(now, regroupingLease(now));
        if (regrouping === null) return;
        try {
          await carryOutRegrouping(regrouping, { viewer: systemViewer('order'), requestId: regrouping._id, signal });
        } catch (error) {
          log.warn({ err: error, regroupingId: regrouping._id }, 'a split or merge could not be finished yet');
        }
      }
    },
  };
}
