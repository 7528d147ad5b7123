import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { AuditRecord } from './queries/read-audit-log.ts';

export type AuditEntryMapper = AuditRecord;
export type AuditEntryConnectionMapper = ConnectionParent<AuditRecord>;
