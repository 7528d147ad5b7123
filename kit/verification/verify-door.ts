import { createAuditLog } from '#kit/audit-log/audit-log.ts';
import { readEntries } from '#kit/audit-log/read-entries.ts';
import { verifyChain } from '#kit/audit-log/verify-chain.ts';
import { createAuditWitness } from '#kit/audit-log/witness.ts';
import type { Clock } from '#kit/clock/clock.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import { forbidden } from '#kit/graphql/errors.ts';
import { mergesOf } from '#kit/member-merges/verify-merges.ts';
import { collectionOf } from '#kit/mongo/model.ts';
import { atOneMoment, type OneMoment } from '#kit/mongo/one-moment.ts';
import type { AuditQuestion } from '#kit/neighbours/audit.ts';
import { ordersAtOnce, placesAtOnce, type VerificationReport } from '#kit/neighbours/verification.ts';
import { backlogOf, type Backlog } from '#kit/outbox/backlog.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { Call } from '#kit/transport/transport.ts';
import { createFindings, type Findings } from './findings.ts';

/** Compares a subgraph's books. They are read as of one moment: what a transaction changes together is seen together, or not yet. */
export type Check = (moment: OneMoment, findings: Findings, now: Date) => Promise<void>;

/** Answers `verify` by these checks and that of the audit log, `eventBacklog`, and what the chains of audit logs are compared by. Each check has its own moment, so that none is too old before its turn. */
export function verifyBy(
  { outbox, clock }: { readonly outbox: Outbox; readonly clock: Clock },
  checks: readonly Check[],
) {
  const auditLog = createAuditLog(outbox, clock);
  const witness = createAuditWitness(outbox);
  return {
    async auditCheckpoints({ stream, after }: { stream: SubgraphName; after: number }, call: Call) {
      onlyOurServices(call);
      return { checkpoints: await witness.checkpoints(stream, after, placesAtOnce) };
    },
    async auditEntries(question: AuditQuestion, call: Call) {
      onlyOurServices(call);
      return { entries: await readEntries(auditLog, question) };
    },
    async auditHashes({ sequences }: { sequences: number[] }, call: Call) {
      onlyOurServices(call);
      return { checkpoints: await auditLog.hashesAt(sequences) };
    },

    async followedMerges({ memberIds }: { memberIds: string[] }, call: Call) {
      onlyOurServices(call);
      return { merges: await mergesOf(outbox.connection, memberIds) };
    },

    async verify(_input: object, call: Call): Promise<VerificationReport> {
      onlyOurServices(call);
      const findings = createFindings();
      for (const check of [...checks, verifyChain(outbox.source)]) {
        await atOneMoment(outbox.connection, (moment) => check(moment, findings, clock.now()));
      }
      return findings.report();
    },
    async eventBacklog(_input: object, call: Call): Promise<Backlog> {
      onlyOurServices(call);
      return backlogOf(outbox, clock.now());
    },
  };
}

/** A page of orders: the ids of documents that fit, in their order. */
export async function pageOfOrders(
  { connection }: Outbox,
  {
    collection,
    filter,
    after,
  }: { readonly collection: string; readonly filter: object; readonly after: string | null },
): Promise<{ orderIds: string[]; next: string | null }> {
  const found = await collectionOf(connection, collection)
    .find({ $and: [filter, { _id: { $gt: after ?? '' } }] })
    .sort({ _id: 1 })
    .limit(ordersAtOnce)
    .project<{ _id: string }>({ _id: 1 })
    .toArray();
  const orderIds = found.map(({ _id }) => _id);
  return { orderIds, next: orderIds.length < ordersAtOnce ? null : (orderIds.at(-1) ?? null) };
}

/** Ends a call that doesn't come from one of our own services. */
export function onlyOurServices({ viewer }: Call): void {
  if (viewer.kind !== 'SYSTEM') throw forbidden();
}
