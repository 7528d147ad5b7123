import { collectionOf } from '#kit/mongo/model.ts';
import type { Database } from '#kit/mongo/transaction.ts';
import type { Check } from '#kit/verification/verify-door.ts';
import { memberMerges, type MemberMergeRow } from './member-merges.ts';

/** What others may still have told of somebody shortly before they heard of the merge, milliseconds. */
const onItsWayMs = 60_000;

/** Merged members: nothing in these collections is theirs any more, a minute after all was moved. `memberId` must begin an index of each. */
export function verifyMerges(collections: readonly string[]): Check {
  return async (moment, findings, now) => {
    const movedBefore = new Date(now.getTime() - onItsWayMs);
    for await (const merges of moment.batches<MemberMergeRow>(memberMerges, { movedAt: { $lt: movedBefore } })) {
      const members = merges.map(({ _id }) => _id);
      for (const collection of collections) {
        const left = await moment.find<{ _id: string; memberId: string }>(collection, { memberId: { $in: members } });
        const byMember = Map.groupBy(left, ({ memberId }) => memberId);
        for (const member of members) {
          const ids = (byMember.get(member) ?? []).map(({ _id }) => _id);
          findings.compare(
            'merges: nothing is left with a merged member',
            `${member}:${collection}`,
            '',
            ids.join(' '),
          );
        }
      }
    }
  };
}

/** Which of these members an owner follows into whom, as far as it has heard, for `verify` to compare owners by. */
export async function mergesOf(
  connection: Database,
  memberIds: readonly string[],
): Promise<{ memberId: string; into: string }[]> {
  const rows = collectionOf<MemberMergeRow>(connection, memberMerges).find({ _id: { $in: [...memberIds] } });
  return (await rows.toArray()).map(({ _id, into }) => ({ memberId: _id, into }));
}
