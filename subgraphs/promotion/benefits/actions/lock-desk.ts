import { createGroupCommit, type GroupCommit, type ObservedGroup } from '#kit/group-commit/group-commit.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import { WorkingCopy } from '../../offer/domain/working-copy.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';
import { decideLock, type BenefitBooks, type LockRequest } from '../domain/decide-lock.ts';

/** The coupons that the order holds now, in the order in which it wanted them. */
export interface Locked {
  readonly couponIds: string[];
}

/** A lock that is wanted, with the documents that it contends for. */
export interface QueuedLock {
  readonly request: LockRequest;
  readonly keys: readonly string[];
  readonly at: Date;
}

/** Where orders lock what they rest on: in order of arrival, those that contend and come together as one transaction. */
export type LockDesk = GroupCommit<QueuedLock, Outcome<Locked>>;

export interface LockDeskParts {
  readonly stores: BenefitStores;
  readonly transactGroup: Transact;
  readonly observe?: (group: ObservedGroup) => void;
}

export function createLockDesk({ stores, transactGroup, observe }: LockDeskParts): LockDesk {
  const { locks, promotions, tickets, claimBooks } = stores;

  async function booksFor(session: Session, requests: readonly LockRequest[]): Promise<BenefitBooks> {
    const uses = requests.flatMap(({ memberId, promotions: used }) =>
      used.map(({ promotionId }) => ({ promotionId, memberId })),
    );
    const wanted = requests.flatMap(({ memberId, coupons }) => coupons.map((coupon) => ({ ...coupon, memberId })));
    const claims = wanted.flatMap(({ templateId, couponId, memberId }) =>
      couponId === null && memberId !== null ? [{ templateId, memberId }] : [],
    );
    const claimed = await claimBooks.open(session, {
      templateIds: [...new Set(wanted.map(({ templateId }) => templateId))],
      couponIds: wanted.flatMap(({ couponId }) => couponId ?? []),
      claims,
    });
    const used = await promotions.byIds([...new Set(uses.map(({ promotionId }) => promotionId))], session);
    const counters = uses.flatMap(({ promotionId, memberId }) =>
      memberId === null || (used.get(promotionId)?.perMemberLimit ?? null) === null
        ? []
        : [memberCounterKey(promotionId, memberId)],
    );
    const ticketIds = requests.flatMap(({ flashTicketId }) => flashTicketId ?? []);
    return {
      ...claimed,
      promotions: new WorkingCopy(used),
      memberUses: new WorkingCopy(await promotions.memberUses(session, counters)),
      tickets: new WorkingCopy(await tickets.byIds(ticketIds, session)),
    };
  }

  async function write(session: Session, books: BenefitBooks, fresh: readonly BenefitLock[]): Promise<void> {
    if (fresh.length === 0) return;
    await promotions.draw(session, books.promotions.changes());
    await claimBooks.write(session, books);
    await promotions.countUses(
      session,
      books.memberUses.changes().map(({ key, before = 0, now }) => ({ counter: key, uses: now - before })),
    );
    await tickets.bind(
      session,
      books.tickets.changes().map(({ key, now }) => ({ id: key, orderId: now.orderId })),
    );
    await locks.insert(session, fresh);
  }

  return createGroupCommit<QueuedLock, Outcome<Locked>>({
    keysOf: ({ keys }) => keys,
    commit: (queued) =>
      transactGroup(async (session) => {
        const requests = queued.map(({ request }) => request);
        const known = new WorkingCopy(
          await locks.byOrders(
            requests.map(({ orderId }) => orderId),
            session,
          ),
        );
        const books = await booksFor(session, requests);
        const outcomes = queued.map(({ request, at }) => {
          const before = known.get(request.orderId);
          if (before) return answerOf(before);
          const decided = decideLock(request, books, at);
          if (!decided.ok) return decided;
          known.set(request.orderId, decided.value);
          return answerOf(decided.value);
        });
        await write(
          session,
          books,
          known.changes().map(({ now }) => now),
        );
        return outcomes;
      }),
    async alreadyDone(queued) {
      const known = await locks.byOrders(queued.map(({ request }) => request.orderId));
      return queued.map(({ request }) => {
        const lock = known.get(request.orderId);
        return lock && answerOf(lock);
      });
    },
    observe,
  });
}

function answerOf(lock: BenefitLock): Outcome<Locked> {
  return lock.state === 'RELEASED'
    ? refused(invalidState(['orderId'], { state: lock.state }))
    : accepted({ couponIds: lock.coupons.map((coupon) => coupon.couponId) });
}
