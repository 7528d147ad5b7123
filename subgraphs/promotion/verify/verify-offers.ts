import type { Check } from '#kit/verification/verify-door.ts';
import type { BenefitLock } from '../benefits/domain/benefit-lock.ts';
import type { CouponTemplate } from '../coupon/domain/coupon-template.ts';
import type { Budget } from '../offer/domain/budget.ts';
import type { Promotion } from '../promotion/domain/promotion.ts';
import { membersInOne } from './members-in-one.ts';
import { addLock, nothingHeld, type HeldByLocks } from './domain/what-locks-hold.ts';

/** The job gives a lock back ten minutes after its end, and comes every minute. Milliseconds. */
const lockGraceMs = 12 * 60_000;

type Findings = Parameters<Check>[1];

/** Budgets and limits of promotions and coupon templates: counters against the orders' locks. */
export const verifyOffers: Check = async (moment, findings, now) => {
  const held = nothingHeld();
  for await (const locks of moment.batches<BenefitLock>('benefitLocks', { state: { $ne: 'RELEASED' } })) {
    for (const lock of locks) {
      addLock(held, lock);
      if (lock.state !== 'LOCKED') continue;
      const overdue = lock.expiresAt.getTime() < now.getTime() - lockGraceMs;
      findings.compare('locks: end in time', lock._id, 'released', overdue ? 'locked' : 'released');
    }
  }
  const limitOf = new Map<string, number>();
  for await (const promotions of moment.batches<Promotion>('promotions')) {
    for (const { _id, budget, usageLimit, usesLeft, perMemberLimit } of promotions) {
      if (budget !== null) compareBudget(findings, _id, budget, held);
      if (perMemberLimit !== null) limitOf.set(_id, perMemberLimit);
      if (usageLimit === null || usesLeft === null) continue;
      findings.compare('promotions: uses = locks of orders', _id, held.uses.get(_id) ?? 0, usageLimit - usesLeft);
      findings.compare('promotions: uses <= limit', _id, true, usesLeft >= 0);
    }
  }
  for await (const templates of moment.batches<CouponTemplate>('couponTemplates')) {
    for (const { _id, budget } of templates) if (budget !== null) compareBudget(findings, _id, budget, held);
  }
  await verifyMemberUses(moment, findings, held, limitOf);
};

function compareBudget(findings: Findings, id: string, budget: Budget, held: HeldByLocks): void {
  const { limitMinor, leftMinor, committedMinor, spentMinor } = budget;
  findings.compare(
    'budgets: left + committed + spent = limit',
    id,
    limitMinor,
    leftMinor + committedMinor + spentMinor,
  );
  findings.compare('budgets: never overspent', id, true, leftMinor >= 0 && committedMinor >= 0 && spentMinor >= 0);
  findings.compare('budgets: committed = unpaid orders', id, held.committedMinor.get(id) ?? 0, committedMinor);
  findings.compare('budgets: spent = paid orders', id, held.spentMinor.get(id) ?? 0, spentMinor);
}

/** How often each member has used a promotion that limits it. */
async function verifyMemberUses(
  moment: Parameters<Check>[0],
  findings: Findings,
  { memberUses }: HeldByLocks,
  limitOf: ReadonlyMap<string, number>,
): Promise<void> {
  const unseen = new Set(memberUses.keys().filter((key) => limitOf.has(key.split(':')[0] ?? '')));
  const members = await membersInOne(moment);
  for await (const rows of moment.batches<{ _id: string; promotionId: string; uses: number }>('promotionMemberUses')) {
    for (const { _id, promotionId, uses } of rows) {
      unseen.delete(_id);
      findings.compare('promotions: uses of a member = their locks', _id, memberUses.get(_id) ?? 0, uses);
      const limit = limitOf.get(promotionId) ?? 0;
      findings.compare('promotions: uses of a member <= limit', _id, true, uses <= limit * members(_id));
    }
  }
  for (const key of unseen) {
    findings.compare('promotions: uses of a member = their locks', key, memberUses.get(key) ?? 0, 0);
  }
}
