import type { Job } from '#kit/jobs/jobs.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { firstLink, hashOf, type AuditRow } from './audit-entry.ts';
import { auditRows } from './audit-log.ts';

/** How many entries get their places in one transaction. */
const batch = 500;
const everyMs = 5_000;
/** After so long an action that hasn't said how it ended has died: no request lives as long, milliseconds. */
export const abandonedAfterMs = 120_000;

/**
 * Gives entries their places in the chain, each with the hash of the one before. Nobody who acts waits for a place, so nobody contends for the chain's end;
 * the unique index on the places keeps two sealers apart. Every batch is told to the witnesses, in the same transaction.
 */
export function sealAuditEntries(outbox: Outbox): Job {
  const { connection, source: stream } = outbox;
  const rows = auditRows(connection);

  const readyAt = (now: Date) => ({
    pending: true as const,
    $or: [{ ended: true as const }, { at: { $lt: new Date(now.getTime() - abandonedAfterMs) } }],
  });

  /** Seals a batch; returns how many. */
  async function sealBatch(now: Date): Promise<number> {
    return inTransaction(connection, async (session) => {
      const [last] = await rows()
        .find({ sequence: { $exists: true } }, { session })
        .sort({ sequence: -1 })
        .limit(1)
        .toArray();
      const ready = await rows().find(readyAt(now), { session }).sort({ _id: 1 }).limit(batch).toArray();
      if (ready.length === 0) return 0;
      let { sequence = 0, hash = firstLink }: Pick<AuditRow, 'sequence' | 'hash'> = last ?? {};
      const placed = ready.map((row) => {
        const previous = hash;
        sequence += 1;
        hash = hashOf(stream, sequence, previous, row);
        return {
          updateOne: {
            filter: { _id: row._id, pending: true as const },
            update: { $set: { sequence, previous, hash }, $unset: { pending: true as const, ended: true as const } },
          },
        };
      });
      await rows().bulkWrite(placed, { session });
      await outbox.append(session, [
        {
          name: 'audit.sealed',
          aggregateId: `audit-${stream}`,
          version: sequence,
          at: now,
          payload: { stream, sequence, hash },
        },
      ]);
      return ready.length;
    });
  }

  return {
    name: 'seal-audit-entries',
    everyMs,
    hasWork: async (now) => (await rows().findOne(readyAt(now), { projection: { _id: 1 } })) !== null,
    async run({ now, signal }) {
      while ((await sealBatch(now)) === batch) signal.throwIfAborted();
    },
  };
}
