import type { Check } from '#kit/verification/verify-door.ts';
import type { BenefitLock } from '../benefits/domain/benefit-lock.ts';
import { memberCounterKey } from '../offer/domain/member-counter.ts';
import type { Presale } from '../presale/domain/presale.ts';
import { membersInOne } from './members-in-one.ts';
import { addTo } from './domain/what-locks-hold.ts';

/** Presales: what is left and what orders hold make the quota, for everybody and for each member. */
export const verifyPresales: Check = async (moment, findings) => {
  const out = new Map<string, number>();
  const outOf = new Map<string, number>();
  const holding = { state: { $ne: 'RELEASED' }, 'presale.presaleId': { $exists: true } };
  for await (const locks of moment.batches<BenefitLock>('benefitLocks', holding)) {
    for (const { memberId, presale } of locks) {
      if (presale === null || memberId === null) continue;
      addTo(out, presale.presaleId, presale.quantity);
      addTo(outOf, memberCounterKey(presale.presaleId, memberId), presale.quantity);
    }
  }
  const limitOf = new Map<string, number | null>();
  for await (const presales of moment.batches<Presale>('presales')) {
    for (const { _id, quota, remaining, limitPerMember } of presales) {
      limitOf.set(_id, limitPerMember);
      findings.compare('presales: remaining + units of orders = quota', _id, quota, remaining + (out.get(_id) ?? 0));
      findings.compare('presales: never more than the quota', _id, true, remaining >= 0);
    }
  }
  for await (const rows of moment.batches<{ _id: string; units: number }>('presaleMemberUnits')) {
    for (const { _id, units } of rows) {
      findings.compare('presales: units of a member = their orders', _id, outOf.get(_id) ?? 0, units);
    }
  }
  const members = await membersInOne(moment);
  for (const [key, units] of outOf) {
    const limit = limitOf.get(key.split(':')[0] ?? '') ?? null;
    findings.compare(
      'presales: units of a member <= limit',
      key,
      true,
      limit === null || units <= limit * members(key),
    );
  }
};
