import { z } from 'zod';
import { auditOutcomes } from '#kit/audit-log/audit-entry.ts';

/** Entries of one page at most. */
const entriesAtOnce = 101;

/** An entry of an audit log, as it travels. */
export const auditEntry = z.object({
  id: z.string(),
  at: z.string(),
  actorKind: z.string(),
  /** Null for a service's own doing that names none. */
  actorId: z.string().nullable(),
  channel: z.string(),
  action: z.string(),
  outcome: z.enum(auditOutcomes),
  reasons: z.array(z.string()),
  subjects: z.array(z.string()),
  facts: z.record(z.string(), z.unknown()),
  requestId: z.string(),
  /** The place in the chain and the hash there; null until it has one. */
  place: z.number().int().nullable(),
  hash: z.string().nullable(),
});
export type AuditEntry = z.output<typeof auditEntry>;

/** Which entries: all that fit everything that is given, the newest first, older than the entry `before`. */
export const auditQuestion = z.object({
  actorId: z.string().nullable(),
  subject: z.string().nullable(),
  action: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  before: z.string().nullable(),
  limit: z.number().int().min(1).max(entriesAtOnce),
});
export type AuditQuestion = z.output<typeof auditQuestion>;
