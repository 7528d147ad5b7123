import type { Belongings, MergedMembers } from '#kit/member-merges/member-merges.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { BenefitLock } from '../../benefits/domain/benefit-lock.ts';
import type { BenefitLockStore } from '../../benefits/store/benefit-locks.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { PresaleStore } from '../../presale/store/presales.ts';
import type { PromotionStore } from '../../promotion/store/promotions.ts';
import { moveUnits } from './move-units.ts';

interface MoveLocksParts {
  readonly locks: Pick<BenefitLockStore, 'someOf' | 'reassign'>;
  readonly promotions: Pick<PromotionStore, 'memberUses' | 'countUses' | 'forgetUses'>;
  readonly presales: Pick<PresaleStore, 'memberUnits' | 'countUnits' | 'forgetUnits'>;
}

/** What orders hold goes with the uses and units that count it, so that what is given back later is taken off where it is counted. */
export function moveLocks({ locks, promotions, presales }: MoveLocksParts): Belongings {
  return {
    async move(session, merged, most) {
      const theirs = await locks.someOf(merged.from, most, session);
      if (theirs.length === 0) return 0;
      await moveUses(promotions, session, merged, theirs);
      await moveUnits(presales, session, merged, unitsIn(theirs));
      await locks.reassign(
        session,
        theirs.map(({ _id }) => _id),
        merged.into,
      );
      return theirs.length;
    },
  };
}

/** Uses are counted of those promotions alone that limited them when they were used. */
async function moveUses(
  promotions: MoveLocksParts['promotions'],
  session: Session,
  { from, into }: MergedMembers,
  theirs: readonly BenefitLock[],
): Promise<void> {
  const used = theirs.filter(({ state }) => state !== 'RELEASED').flatMap((lock) => lock.promotions);
  const byPromotion = Map.groupBy(used, ({ promotionId }) => promotionId);
  const all = new Set(theirs.flatMap((lock) => lock.promotions.map(({ promotionId }) => promotionId)));
  const counters = [...all].map((promotionId) => memberCounterKey(promotionId, from));
  const counted = await promotions.memberUses(session, counters);
  const changes = [...byPromotion].flatMap(([promotionId, { length: uses }]) => {
    const own = memberCounterKey(promotionId, from);
    if (!counted.has(own)) return [];
    return [
      { counter: own, uses: -uses },
      { counter: memberCounterKey(promotionId, into), uses },
    ];
  });
  await promotions.countUses(session, changes);
  await promotions.forgetUses(session, counters);
}

/** Units of presales that these locks hold, by presale; 0 for those that were given back. */
function unitsIn(locks: readonly BenefitLock[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { state, presale } of locks) {
    if (presale === null) continue;
    const { presaleId, quantity } = presale;
    units.set(presaleId, (units.get(presaleId) ?? 0) + (state === 'RELEASED' ? 0 : quantity));
  }
  return units;
}
