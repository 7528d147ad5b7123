import type { OneMoment } from '#kit/mongo/one-moment.ts';
import type { Findings } from '#kit/verification/findings.ts';
import { firstLink, hashOf, type AuditRow } from './audit-entry.ts';
import { auditCollection } from './audit-log.ts';
import { abandonedAfterMs } from './seal-audit-entries.ts';

const inChain = 'every audit entry is in its chain, as it was written';
const placed = 'audit entries get their places';
const batch = 500;

/** Walks the chain from its first entry: a changed, missing, exchanged or added one breaks it. What is missing at its end only the witnesses know. */
export function verifyChain(stream: string) {
  return async (moment: OneMoment, findings: Findings, now: Date): Promise<void> => {
    const [last] = await moment.aggregate<AuditRow>(auditCollection, [
      { $match: { sequence: { $exists: true } } },
      { $sort: { sequence: -1 } },
      { $limit: 1 },
    ]);
    const end = last?.sequence ?? 0;
    let previous = firstLink;
    for (let from = 1; from <= end; from += batch) {
      const rows = await moment.find<AuditRow>(auditCollection, { sequence: { $gte: from, $lt: from + batch } });
      const at = new Map(rows.map((row) => [row.sequence, row]));
      for (let sequence = from; sequence < from + batch && sequence <= end; sequence += 1) {
        const row = at.get(sequence);
        const subject = `${stream}:${sequence}`;
        if (row === undefined) {
          findings.compare(inChain, subject, 'an entry', 'none');
          continue;
        }
        const link = { previous, hash: hashOf(stream, sequence, previous, row) };
        findings.compare(inChain, `${subject}:${row._id}`, link, { previous: row.previous, hash: row.hash });
        previous = row.hash ?? '';
      }
    }
    const before = new Date(now.getTime() - 2 * abandonedAfterMs);
    const late = await moment.find<AuditRow>(auditCollection, { pending: true, at: { $lt: before } });
    findings.add(
      placed,
      late.length,
      late.map(({ _id }) => ({ subject: _id, expected: 'a place in the chain', found: 'none' })),
    );
  };
}
