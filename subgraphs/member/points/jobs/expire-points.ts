import type { Job } from '#kit/jobs/jobs.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { expire } from '../domain/ledger.ts';
import type { PointsStore } from '../store/points-store.ts';

const batch = 200;

/** Every ten minutes: writes the end of expired points into the ledger. Until then they are in their lots, but can't be spent. */
export function expirePoints(parts: { readonly points: PointsStore; readonly inTransaction: Transact }): Job {
  const { points, inTransaction } = parts;
  return {
    name: 'expire-points',
    everyMs: 600_000,
    async run({ now, signal }) {
      for (;;) {
        const due = await points.dueForExpiry(now, batch);
        for (const memberId of due) {
          signal.throwIfAborted();
          await inTransaction(async (session) =>
            points.save(session, expire(await points.find(memberId, session), now)),
          );
        }
        if (due.length < batch) return;
      }
    },
  };
}
