import type { Belongings } from '#kit/member-merges/member-merges.ts';
import type { CouponTemplateStore } from '../../coupon/store/coupon-templates.ts';
import type { CouponStore } from '../../coupon/store/coupons.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';

/**
 * Coupons go with the claims that count them, behind those that the other member has of the same template. What both claimed stays valid, also when it is more than one
 * member may claim: then there is nothing more for them.
 */
export function moveCoupons({
  coupons,
  templates,
}: {
  readonly coupons: Pick<CouponStore, 'someOf' | 'reassign'>;
  readonly templates: Pick<CouponTemplateStore, 'memberClaims' | 'countClaims' | 'forgetClaims'>;
}): Belongings {
  return {
    async move(session, { from, into }, most) {
      const theirs = await coupons.someOf(from, most, session);
      if (theirs.length === 0) return 0;
      const byTemplate = Map.groupBy(theirs, ({ templateId }) => templateId);
      const before = [...byTemplate.keys()].map((templateId) => memberCounterKey(templateId, from));
      const after = [...byTemplate.keys()].map((templateId) => memberCounterKey(templateId, into));
      const claimed = await templates.memberClaims(session, after);
      const given = [...byTemplate].flatMap(([templateId, ofTemplate]) => {
        const own = claimed.get(memberCounterKey(templateId, into)) ?? 0;
        return ofTemplate.map(({ _id }, index) => ({ _id, memberId: into, sequence: own + index + 1 }));
      });
      await coupons.reassign(session, given);
      const counted = [...byTemplate].flatMap(([templateId, { length }]) => [
        { counter: memberCounterKey(templateId, from), claims: -length },
        { counter: memberCounterKey(templateId, into), claims: length },
      ]);
      await templates.countClaims(session, counted);
      await templates.forgetClaims(session, before);
      return theirs.length;
    },
  };
}
