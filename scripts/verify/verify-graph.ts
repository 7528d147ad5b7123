import { setTimeout as pause } from 'node:timers/promises';
import { subgraphNames, subscriptions, type SubgraphName } from '#kit/events/events.ts';
import { ordersAtOnce, placesAtOnce, type VerificationReport } from '#kit/neighbours/verification.ts';
import type { Call, Transport } from '#kit/transport/transport.ts';
import { createFindings } from '#kit/verification/findings.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { doorsBehind, type Doors } from './doors.ts';
import { heldAsAgreed } from './held-as-agreed.ts';
import type { VerifiedInvariant } from './verified-invariant.ts';

export interface VerifyOptions {
  readonly transport: Transport;
  /** How long to wait before looking again at what may only have been on its way, milliseconds. */
  readonly secondLookMs?: number;
}

/** An event that nobody has taken for so long may be stuck, seconds. */
const stuckAfterSeconds = 30;
/** What still disagrees after this many looks wasn't on its way. */
const looks = 3;

/**
 * Compares the books of the whole graph: each owner's with each other, and across owners through their doors. Reads only. Owners read as of one moment;
 * what lies between two of them is reported only when it is still there at a later look, so that traffic raises no alarm.
 */
export async function verifyGraph({ transport, secondLookMs = 2_000 }: VerifyOptions): Promise<VerifiedInvariant[]> {
  const call: Call = { viewer: systemViewer('verify'), requestId: 'verify' };
  const doors = doorsBehind(transport);
  const reports = await Promise.all(subgraphNames.map((owner) => doors[owner].verify({}, call)));
  const own = subgraphNames.map((owner, index) => byInvariant(owner, reports[index]));

  const holds = (['logistics', 'promotion', 'member'] as const).map((holder) =>
    looked(`${holder}: every open hold has a living order`, 'living', 'ended', secondLookMs, async () => {
      const all = await pages((after) => doors[holder].openHolds({ after }, call));
      const ended = await askInParts(all, (orderIds) => doors.order.endedOrders({ orderIds }, call));
      return { count: all.length, suspects: ended };
    }),
  );
  const goods = looked('order: every paid order has its fulfillments', 'some', 'none', secondLookMs, async () => {
    const all = await pages((after) => doors.order.ordersToFulfill({ after }, call));
    const without = await askInParts(all, (orderIds) => doors.logistics.withoutFulfillment({ orderIds }, call));
    return { count: all.length, suspects: without };
  });
  const events = subgraphNames.map((owner) =>
    looked(`${owner}: events are delivered`, 'taken', 'waiting', secondLookMs, async () => {
      const backlog = await doors[owner].eventBacklog({}, call);
      const stuck = backlog.oldestSeconds !== null && backlog.oldestSeconds > stuckAfterSeconds;
      return { count: backlog.waiting, suspects: stuck && backlog.oldestId !== null ? [backlog.oldestId] : [] };
    }),
  );
  const merges = subscriptions['member.merged'].map((owner) =>
    looked(`${owner}: every merge is followed`, 'followed', 'not followed', secondLookMs, () =>
      mergesNotFollowed(doors, owner, call),
    ),
  );
  const chains = subgraphNames.map((owner) => witnessed(owner, doors, call));
  const agreed = heldAsAgreed(doors, call, { looks, pauseMs: secondLookMs });
  return [...own.flat(), ...(await Promise.all([...holds, goods, ...events, ...merges, ...chains])), ...(await agreed)];
}

/** Members who were merged, of whom an owner doesn't know it, or knows it otherwise. */
async function mergesNotFollowed(
  doors: Doors,
  owner: SubgraphName,
  call: Call,
): Promise<{ count: number; suspects: string[] }> {
  const suspects: string[] = [];
  let count = 0;
  for (let after: string | null = null; ;) {
    const { merges, next } = await doors.member.mergedMembers({ after }, call);
    const memberIds = merges.map(({ memberId }) => memberId);
    const { merges: known } = await doors[owner].followedMerges({ memberIds }, call);
    const followedTo = new Map(known.map(({ memberId, into }) => [memberId, into]));
    count += merges.length;
    suspects.push(
      ...merges.filter(({ memberId, into }) => followedTo.get(memberId) !== into).map(({ memberId }) => memberId),
    );
    if (next === null) return { count, suspects };
    after = next;
  }
}

/** Compares the chain of an owner's audit log with what its witnesses were told of it: who cut its end off, or made it anew, can't have changed that. */
async function witnessed(owner: SubgraphName, doors: Doors, call: Call): Promise<VerifiedInvariant> {
  const findings = createFindings();
  const invariant = `${owner}: the audit log is as its witnesses saw it`;
  findings.add(invariant, 0, []);
  for (const witness of subscriptions['audit.sealed']) {
    for (let after = 0; ;) {
      const { checkpoints: seen } = await doors[witness].auditCheckpoints({ stream: owner, after }, call);
      const sequences = seen.map(({ sequence }) => sequence);
      const { checkpoints: own } = await doors[owner].auditHashes({ sequences }, call);
      const hashes = new Map(own.map(({ sequence, hash }) => [sequence, hash]));
      for (const { sequence, hash } of seen)
        findings.compare(invariant, `${owner}:${sequence}:${witness}`, hash, hashes.get(sequence) ?? 'none');
      after = sequences.at(-1) ?? after;
      if (sequences.length < placesAtOnce) break;
    }
  }
  const { checked, discrepancies } = findings.report();
  return { owner: 'graph', invariant, count: checked[0]?.count ?? 0, discrepancies };
}

function byInvariant(owner: SubgraphName, report: VerificationReport | undefined): VerifiedInvariant[] {
  const { checked, discrepancies } = report ?? { checked: [], discrepancies: [] };
  return checked.map(({ invariant, count }) => ({
    owner,
    invariant,
    count,
    discrepancies: discrepancies.filter((each) => each.invariant === invariant),
  }));
}

/** Looks again until nothing is suspect any more; what is suspect every time disagrees. */
async function looked(
  invariant: string,
  expected: string,
  found: string,
  pauseMs: number,
  look: () => Promise<{ count: number; suspects: readonly string[] }>,
): Promise<VerifiedInvariant> {
  const { count, suspects: first } = await look();
  let suspects = first;
  for (let turn = 1; turn < looks && suspects.length > 0; turn += 1) {
    await pause(pauseMs);
    const again = new Set((await look()).suspects);
    suspects = suspects.filter((subject) => again.has(subject));
  }
  const discrepancies = suspects.map((subject) => ({ invariant, subject, expected, found }));
  return { owner: 'graph', invariant, count, discrepancies };
}

async function pages(
  page: (after: string | null) => Promise<{ orderIds: string[]; next: string | null }>,
): Promise<string[]> {
  const all: string[] = [];
  for (let after: string | null = null; ;) {
    const { orderIds, next } = await page(after);
    all.push(...orderIds);
    if (next === null) return all;
    after = next;
  }
}

/** Asks about many orders, as many at once as a door takes. */
async function askInParts(
  orderIds: readonly string[],
  ask: (part: string[]) => Promise<{ orderIds: string[] }>,
): Promise<string[]> {
  const answers: string[] = [];
  for (let from = 0; from < orderIds.length; from += ordersAtOnce) {
    answers.push(...(await ask(orderIds.slice(from, from + ordersAtOnce))).orderIds);
  }
  return answers;
}
