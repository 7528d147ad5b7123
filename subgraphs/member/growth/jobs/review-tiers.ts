import type { Job } from '#kit/jobs/jobs.ts';
import type { Session as Transaction, Transact } from '#kit/mongo/transaction.ts';
import { periodStart, review } from '../domain/growth.ts';
import type { MembersStore } from '../../member/store/members-store.ts';
import type { GrowthStore } from '../store/growth-store.ts';

const batch = 200;

/** Every hour: reviews the tiers whose year, or whose grace, is over. */
export function reviewTiers(parts: {
  readonly members: Pick<MembersStore, 'growthIn' | 'setGrowth' | 'dueForTierReview' | 'idsOf'>;
  readonly growth: GrowthStore;
  readonly inTransaction: Transact;
}): Job {
  const { members, growth, inTransaction } = parts;

  async function reviewOne(memberId: string, now: Date, session: Transaction): Promise<void> {
    const before = await members.growthIn(session, memberId);
    if (before === null) return;
    const earned = await growth.earnedAfter(
      session,
      await members.idsOf(session, memberId),
      periodStart(before.growth),
    );
    const { state, entry } = review(before.growth, earned, memberId, now);
    if (state === before.growth) return;
    await members.setGrowth(session, memberId, state);
    if (entry !== null) await growth.addEntries(session, [{ ...entry, memberId }]);
  }

  return {
    name: 'review-tiers',
    everyMs: 3_600_000,
    async run({ now, signal }) {
      for (;;) {
        const due = await members.dueForTierReview(now, batch);
        for (const memberId of due) {
          signal.throwIfAborted();
          await inTransaction((session) => reviewOne(memberId, now, session));
        }
        if (due.length < batch) return;
      }
    },
  };
}
