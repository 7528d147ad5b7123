import type { Session } from '#kit/mongo/transaction.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import { WorkingCopy } from '../../offer/domain/working-copy.ts';
import type { Claim, ClaimBooks } from '../domain/decide-claim.ts';
import type { CouponTemplateStore } from './coupon-templates.ts';
import type { CouponStore } from './coupons.ts';

/** What the claims of one transaction may need. */
export interface ClaimsToDecide {
  readonly templateIds: readonly string[];
  readonly couponIds: readonly string[];
  readonly claims: readonly Pick<Claim, 'templateId' | 'memberId'>[];
}

/** Reads what claims are decided on, and writes what they have changed, in MongoDB. */
export function createClaimBooks(templates: CouponTemplateStore, coupons: CouponStore) {
  return {
    async open(session: Session, { templateIds, couponIds, claims }: ClaimsToDecide): Promise<ClaimBooks> {
      const counters = claims.map(({ templateId, memberId }) => memberCounterKey(templateId, memberId));
      return {
        templates: new WorkingCopy(await templates.byIds(templateIds, session)),
        coupons: new WorkingCopy(await coupons.byIds(couponIds, session)),
        memberClaims: new WorkingCopy(await templates.memberClaims(session, counters)),
      };
    },

    async write(session: Session, books: ClaimBooks): Promise<void> {
      await templates.draw(session, books.templates.changes());
      await templates.countClaims(
        session,
        books.memberClaims.changes().map(({ key, before = 0, now }) => ({ counter: key, claims: now - before })),
      );
      const changed = books.coupons.changes();
      await coupons.insert(
        session,
        changed.flatMap(({ before, now }) => (before ? [] : [now])),
      );
      await coupons.lock(
        session,
        changed.flatMap(({ before, now }) => (before ? [now] : [])),
      );
    },
  };
}
export type ClaimBookStore = ReturnType<typeof createClaimBooks>;
