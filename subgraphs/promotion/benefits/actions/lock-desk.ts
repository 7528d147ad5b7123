import { createGroupCommit, type GroupCommit, type ObservedGroup } from '#kit/group-commit/group-commit.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';
import { standingOf } from '../domain/lock-again.ts';
import { takeLocks, type WantedLock } from '../steps/take-locks.ts';

/** The coupons that the order holds now, in the order in which it wanted them. */
export interface Locked {
  readonly couponIds: string[];
}

/** A lock that is wanted, with the documents that it contends for. */
export interface QueuedLock extends WantedLock {
  readonly keys: readonly string[];
}

/** Where orders lock what they rest on: in order of arrival, those that contend and come together as one transaction. */
export type LockDesk = GroupCommit<QueuedLock, Outcome<Locked>>;

export interface LockDeskParts {
  readonly stores: BenefitStores;
  readonly transactGroup: Transact;
  readonly observe?: (group: ObservedGroup) => void;
}

export function createLockDesk({ stores, transactGroup, observe }: LockDeskParts): LockDesk {
  return createGroupCommit<QueuedLock, Outcome<Locked>>({
    keysOf: ({ keys }) => keys,
    async commit(queued) {
      const outcomes = await transactGroup((session) => takeLocks(stores, session, queued));
      return outcomes.map((outcome) => (outcome.ok ? accepted(lockedBy(outcome.value)) : outcome));
    },
    async alreadyDone(queued) {
      const known = await stores.locks.byOrders(queued.map(({ request }) => request.orderId));
      return queued.map(({ request }) => {
        const lock = known.get(request.orderId);
        return lock && standingOf(lock, request.attempt) === 'DONE' ? accepted(lockedBy(lock)) : undefined;
      });
    },
    observe,
  });
}

function lockedBy(lock: BenefitLock): Locked {
  return { couponIds: lock.coupons.map((coupon) => coupon.couponId) };
}
