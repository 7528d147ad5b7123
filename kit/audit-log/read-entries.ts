import type { AuditEntry, AuditQuestion } from '#kit/neighbours/audit.ts';
import type { AuditRow } from './audit-entry.ts';
import type { AuditLog } from './audit-log.ts';

/** Reads a page of an audit log. */
export async function readEntries(
  log: Pick<AuditLog, 'newest'>,
  { from, to, limit, before, ...filter }: AuditQuestion,
): Promise<AuditEntry[]> {
  const span = { from: from === null ? null : new Date(from), to: to === null ? null : new Date(to) };
  return (await log.newest({ ...filter, ...span }, limit, before).toArray()).map(entryOf);
}

function entryOf({ _id, at, actor, sequence, hash, ...row }: AuditRow): AuditEntry {
  const { action, outcome, reasons, subjects, facts, requestId } = row;
  return {
    id: _id,
    at: at.toISOString(),
    actorKind: actor.kind,
    actorId: actor.id,
    channel: actor.channel,
    action,
    outcome,
    reasons: [...reasons],
    subjects: [...subjects],
    facts: { ...facts },
    requestId,
    place: sequence ?? null,
    hash: hash ?? null,
  };
}
