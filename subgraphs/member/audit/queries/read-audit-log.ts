import { connectionOf, encodeCursor, type ConnectionParent, type Page } from '#kit/connection/connection.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import { badInput } from '#kit/graphql/errors.ts';
import { isId } from '#kit/ids/ids.ts';
import type { AuditEntry, AuditQuestion } from '#kit/neighbours/audit.ts';
import { auditDoors } from '#kit/neighbours/verification.ts';
import { neighbourOf } from '#kit/transport/neighbours.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';

/** An entry with its instant as one. */
export type AuditRecord = Omit<AuditEntry, 'at'> & { readonly at: Date };

/** Which entries of which log. */
export interface AuditWish {
  readonly stream: SubgraphName;
  readonly actorId: string | null;
  readonly subject: string | null;
  readonly action: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly requestId: string;
}

/** Reads the log of any part of the graph: our own, the others' through their doors. */
export function createReadAuditLog(
  ownEntries: (question: AuditQuestion) => Promise<AuditEntry[]>,
  transport: Transport,
) {
  /** A page, the newest first. BAD_USER_INPUT for a cursor that isn't one of an audit log. */
  return async function readAuditLog(
    { stream, from, to, requestId, ...filter }: AuditWish,
    { first, after }: Page,
  ): Promise<ConnectionParent<AuditRecord>> {
    const before = after === null ? null : after[0];
    if (before !== null && !isId('auditEntry', before)) throw badInput('This cursor is not one of an audit log.');
    const question: AuditQuestion = {
      ...filter,
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
      before,
      limit: first + 1,
    };
    const entries =
      stream === 'member'
        ? await ownEntries(question)
        : (await neighbourOf(auditDoors[stream], transport).auditEntries(question, call(requestId))).entries;
    return connectionOf({
      rows: entries.map(({ at, ...entry }) => ({ ...entry, at: new Date(at) })),
      first,
      after,
      cursorOf: ({ id }) => encodeCursor([id]),
      totalCount: async () => entries.length,
    });
  };
}

export type ReadAuditLog = ReturnType<typeof createReadAuditLog>;

/** The right to read was asked of whoever reads; the doors are for our own services. */
const call = (requestId: string) => ({ viewer: systemViewer('member'), requestId, repeatable: true });
