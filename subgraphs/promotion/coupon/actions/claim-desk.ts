import { createGroupCommit, type GroupCommit, type ObservedGroup } from '#kit/group-commit/group-commit.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { Coupon } from '../domain/coupon.ts';
import { decideClaim, type Claim, type ClaimObstacle } from '../domain/decide-claim.ts';
import type { ClaimBookStore } from '../store/claim-books.ts';
import type { CouponStore } from '../store/coupons.ts';

/** A claim; `isLimited` says that everybody contends for the template's coupons. */
export interface ClaimRequest extends Claim {
  readonly isLimited: boolean;
}

/** Where coupons are claimed: in order of arrival, those of one limited template that come together as one transaction. */
export type ClaimDesk = GroupCommit<ClaimRequest, Coupon | ClaimObstacle>;

export interface ClaimDeskParts {
  readonly claimBooks: ClaimBookStore;
  readonly coupons: CouponStore;
  readonly transactGroup: Transact;
  readonly observe?: (group: ObservedGroup) => void;
}

export function createClaimDesk({ claimBooks, coupons, transactGroup, observe }: ClaimDeskParts): ClaimDesk {
  return createGroupCommit<ClaimRequest, Coupon | ClaimObstacle>({
    keysOf: ({ templateId, memberId, isLimited }) => [isLimited ? templateId : memberCounterKey(templateId, memberId)],
    commit: (claims) =>
      transactGroup(async (session) => {
        const templateIds = [...new Set(claims.map((claim) => claim.templateId))];
        const couponIds = claims.map((claim) => claim.id);
        const books = await claimBooks.open(session, { templateIds, couponIds, claims });
        const answers = claims.map((claim) => decideClaim(claim, books));
        await claimBooks.write(session, books);
        return answers;
      }),
    async alreadyDone(claims) {
      const known = await coupons.byIds(claims.map((claim) => claim.id));
      return claims.map((claim) => known.get(claim.id));
    },
    observe,
  });
}
