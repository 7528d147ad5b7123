import type { Clock } from '#kit/clock/clock.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import { newId } from '#kit/ids/ids.ts';
import { createInserts } from '#kit/mongo/gathered-inserts.ts';
import { insertLate } from '#kit/mongo/late-inserts.ts';
import { defineCollection } from '#kit/mongo/model.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { AuditRow, EndedAction, StartedAction } from './audit-entry.ts';

/** The collection, for those who read it as of one moment. */
export const auditCollection = 'auditEntries';

/** Which entries are wanted; what is absent doesn't matter. */
export interface AuditFilter {
  readonly actorId?: string | null;
  readonly subject?: string | null;
  readonly action?: string | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/** The audit log of one subgraph: what staff, partners and money did in it. Entries are kept for ever. */
export type AuditLog = ReturnType<typeof createAuditLog>;

/** Opens the audit log of the outbox's subgraph in its own database; call it before `ensureIndexes` or `migrate`. */
export function createAuditLog({ connection, source }: Outbox, clock: Clock) {
  const rows = auditRows(connection);
  const insert = createInserts(rows);

  return {
    stream: source satisfies SubgraphName,

    /** Writes down what is about to be done; it is durable before this resolves. Returns the entry's id. */
    async begin(action: StartedAction): Promise<string> {
      const row: AuditRow = { ...rowOf(action, clock.now()), outcome: 'UNKNOWN', reasons: [], ended: false };
      const clash = await insert(row);
      if (clash !== null) throw new Error(`an audit entry clashed with another one's ${clash}`);
      return row._id;
    },

    /** Writes down how it ended. An entry that already has its place in the chain stays as it is: UNKNOWN. */
    async end(id: string, { outcome, reasons, subjects }: EndedAction): Promise<void> {
      await rows().updateOne(
        { _id: id, pending: true },
        {
          $set: { outcome, reasons, ended: true },
          $addToSet: { subjects: { $each: [...subjects] } },
        },
      );
    },

    /** Writes down something that the caller's transaction does: it is in the log if and only if that commits. */
    async append(session: Session, action: StartedAction): Promise<void> {
      const row: AuditRow = { ...rowOf(action, clock.now()), outcome: 'DONE', reasons: [], ended: true };
      await insertLate(session, rows(), [row]);
    },

    /** The query of the newest entries older than the entry `before` (null: from the newest); for running and for explaining. */
    newest({ actorId, subject, action, from, to }: AuditFilter, limit: number, before: string | null) {
      const at = { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) };
      return rows()
        .find({
          ...(actorId ? { 'actor.id': actorId } : {}),
          ...(subject ? { subjects: subject } : {}),
          ...(action ? { action } : {}),
          ...(from || to ? { at } : {}),
          ...(before === null ? {} : { _id: { $lt: before } }),
        })
        .sort({ _id: -1 })
        .limit(limit);
    },

    /** The hashes of the entries at these places, for those that are there. */
    async hashesAt(sequences: readonly number[]): Promise<{ sequence: number; hash: string }[]> {
      const found = await rows()
        .find({ sequence: { $in: [...sequences] } }, { projection: { sequence: 1, hash: 1 } })
        .toArray();
      return found.map(({ sequence = 0, hash = '' }) => ({ sequence, hash }));
    },
  };
}

/** The rows themselves; declares their indexes. */
export function auditRows(connection: Outbox['connection']) {
  return defineCollection<AuditRow>(connection, auditCollection, [
    { key: { sequence: 1 }, unique: true, partialFilterExpression: { sequence: { $exists: true } } },
    { key: { pending: 1, _id: 1 }, partialFilterExpression: { pending: true } },
    { key: { 'actor.id': 1, _id: -1 } },
    { key: { subjects: 1, _id: -1 } },
    { key: { action: 1, _id: -1 } },
  ]);
}

function rowOf(
  { actor, action, facts, subjects, requestId }: StartedAction,
  at: Date,
): Omit<AuditRow, 'outcome' | 'reasons'> {
  return { _id: newId('auditEntry'), at, actor, action, facts, subjects: [...subjects], requestId, pending: true };
}
