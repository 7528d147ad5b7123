import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { PlacingSaga } from '../steps/place-by-saga.ts';
import type { Orders } from '../store/orders.ts';

interface UndoParts {
  readonly orders: Orders;
  readonly saga: PlacingSaga;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 5_000;
const batch = 100;

/** Undoes what a crash left half placed. A neighbour that can't be reached keeps its order waiting for the next turn, and no other. */
export function undoAbandonedPlacings({ orders, saga, log }: UndoParts): Job {
  return {
    name: 'undo-abandoned-placings',
    everyMs,
    hasWork: async (now) => (await orders.stalePlacings(now, 1)).length > 0,
    async run({ now, signal }) {
      for (const { _id, channel } of await orders.stalePlacings(now, batch)) {
        signal.throwIfAborted();
        try {
          await saga.undoStale(_id, { viewer: systemViewer('order', { channel }), requestId: _id, signal });
        } catch (error) {
          log.warn({ err: error, orderId: _id }, 'a placing could not be undone yet');
        }
      }
    },
  };
}
