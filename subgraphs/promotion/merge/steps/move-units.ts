import type { Session } from '#kit/mongo/transaction.ts';
import type { MergedMembers } from '#kit/member-merges/member-merges.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { createMemberUnits } from '../../offer/store/member-units.ts';

type MemberUnitsStore = Pick<ReturnType<typeof createMemberUnits>, 'memberUnits' | 'countUnits' | 'forgetUnits'>;

/** Moves units of what is sold in a limited number from one member's counts to another's: by what they are of, how many. */
export async function moveUnits(
  store: MemberUnitsStore,
  session: Session,
  { from, into }: MergedMembers,
  units: ReadonlyMap<string, number>,
): Promise<void> {
  const moving = [...units].filter(([, count]) => count > 0);
  const keys = moving.flatMap(([ofId]) => [memberCounterKey(ofId, from), memberCounterKey(ofId, into)]);
  const counted = await store.memberUnits(session, keys);
  const changes = moving.flatMap(([ofId, count]) => {
    const [own, other] = [memberCounterKey(ofId, from), memberCounterKey(ofId, into)];
    const [has, had] = [counted.get(own), counted.get(other)];
    return [
      { counter: own, before: has, now: (has ?? 0) - count },
      { counter: other, before: had, now: (had ?? 0) + count },
    ];
  });
  await store.countUnits(session, changes);
  // Also of what was given back: a count of nothing says nothing.
  await store.forgetUnits(
    session,
    [...units.keys()].map((ofId) => memberCounterKey(ofId, from)),
  );
}
