import type { Session } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import { WorkingCopy, type Change } from '../../offer/domain/working-copy.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';
import { decideLock, type BenefitBooks, type LockRequest } from '../domain/decide-lock.ts';
import { standingOf, withClaimedCoupons } from '../domain/lock-again.ts';

/** A lock that is wanted now. */
export interface WantedLock {
  readonly request: LockRequest;
  readonly at: Date;
}

/** Decides locks in order, all on one working copy of the books, inside the caller's transaction; each answer is the order's lock, or why it has none. */
export async function takeLocks(
  stores: BenefitStores,
  session: Session,
  wanted: readonly WantedLock[],
): Promise<Outcome<BenefitLock>[]> {
  const orderIds = wanted.map(({ request }) => request.orderId);
  const known = new WorkingCopy(await stores.locks.byOrders(orderIds, session));
  const asked = wanted.map(({ request, at }) => {
    const before = known.get(request.orderId);
    return { at, request: before ? withClaimedCoupons(request, before) : request };
  });
  const books = await booksFor(
    stores,
    session,
    asked.map(({ request }) => request),
  );
  const outcomes = asked.map(({ request, at }) => {
    const before = known.get(request.orderId);
    const standing = before ? standingOf(before, request.attempt) : 'ANEW';
    if (before && standing === 'DONE') return accepted(before);
    if (before && standing === 'REFUSED') return refused(invalidState(['orderId'], { state: before.state }));
    const { attempt, expiresAt } = request;
    const decided =
      before && standing === 'CARRY_ON'
        ? accepted({ ...before, attempt, expiresAt })
        : decideLock(request, books, { at, again: before !== undefined });
    if (decided.ok) known.set(request.orderId, decided.value);
    return decided;
  });
  await write(stores, session, books, known.changes());
  return outcomes;
}

async function booksFor(
  { claimBooks, promotions, sales, tickets, presales }: BenefitStores,
  session: Session,
  requests: readonly LockRequest[],
): Promise<BenefitBooks> {
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
  const known = await tickets.byIds(
    requests.flatMap(({ flashTicketId }) => flashTicketId ?? []),
    session,
  );
  const given = [...known.values()];
  const itemIds = [...new Set(given.map(({ itemId }) => itemId))];
  const flashCounters = given.map(({ itemId, memberId }) => memberCounterKey(itemId, memberId));
  const presold = requests.flatMap(({ memberId, presale }) => (presale && memberId ? [{ ...presale, memberId }] : []));
  const presaleIds = [...new Set(presold.map(({ presaleId }) => presaleId))];
  const presaleCounters = presold.map(({ presaleId, memberId }) => memberCounterKey(presaleId, memberId));
  return {
    ...claimed,
    promotions: new WorkingCopy(used),
    memberUses: new WorkingCopy(await promotions.memberUses(session, counters)),
    tickets: new WorkingCopy(known),
    flashItems: new WorkingCopy(itemIds.length === 0 ? new Map() : await sales.itemsByIds(itemIds, session)),
    flashUnits: new WorkingCopy(await tickets.memberUnits(session, [...new Set(flashCounters)])),
    presales: new WorkingCopy(presaleIds.length === 0 ? new Map() : await presales.byIds(presaleIds, session)),
    presaleUnits: new WorkingCopy(await presales.memberUnits(session, [...new Set(presaleCounters)])),
  };
}

async function write(
  { promotions, claimBooks, sales, tickets, presales, locks }: BenefitStores,
  session: Session,
  books: BenefitBooks,
  changed: readonly Change<BenefitLock>[],
): Promise<void> {
  if (changed.length === 0) return;
  await promotions.draw(session, books.promotions.changes());
  await claimBooks.write(session, books);
  await promotions.countUses(
    session,
    books.memberUses.changes().map(({ key, before = 0, now }) => ({ counter: key, uses: now - before })),
  );
  await tickets.takeAgain(
    session,
    books.tickets.changes().map(({ key }) => key),
  );
  await sales.takeUnits(session, books.flashItems.changes().map(unitsTaken));
  await tickets.countUnits(session, books.flashUnits.changes().map(unitsCounted));
  await presales.takeUnits(session, books.presales.changes().map(unitsTaken));
  await presales.countUnits(session, books.presaleUnits.changes().map(unitsCounted));
  const fresh = changed.filter(({ before }) => before === undefined).map(({ now }) => now);
  if (fresh.length > 0) await locks.insert(session, fresh);
  for (const { before, now } of changed) if (before !== undefined) await locks.replace(session, now);
}

const unitsTaken = ({ key, before, now }: Change<{ readonly remaining: number }>) => ({
  itemId: key,
  quantity: (before?.remaining ?? now.remaining) - now.remaining,
});
const unitsCounted = ({ key, before, now }: Change<number>) => ({ counter: key, before, now });
