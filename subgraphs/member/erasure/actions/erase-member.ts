import type { Clock } from '#kit/clock/clock.ts';
import type { Session as Transaction, Transact } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { AddressBooksStore } from '../../address/store/address-books-store.ts';
import type { MembersStore } from '../../member/store/members-store.ts';
import type { IdentitiesStore } from '../../session/store/identities-store.ts';
import type { SessionsStore } from '../../session/store/sessions-store.ts';
import { unfinishedOrders } from '../domain/unfinished-orders.ts';

/** What erasing somebody needs. */
export interface EraseMemberParts {
  readonly members: Pick<MembersStore, 'fateOf' | 'erase'>;
  readonly identities: Pick<IdentitiesStore, 'removeAll'>;
  readonly books: Pick<AddressBooksStore, 'remove'>;
  readonly sessions: Pick<SessionsStore, 'endAll'>;
  readonly personalData: Pick<PersonalData, 'erase'>;
  readonly outbox: Pick<Outbox, 'append'>;
  /** How many of a member's orders aren't over yet. Throws BUSY when nobody can say. */
  readonly countUnfinishedOrders: (memberId: string) => Promise<number>;
  readonly inTransaction: Transact;
  readonly clock: Clock;
}

/**
 * Erases a member, all at once: what names them goes, their sessions end, their key is destroyed, and `member.erased` tells those who keep more of them. Points, growth
 * and everything about money stay under the id, which says nothing any more. An order that is placed in the same moment keeps its address until it is over.
 * Refuses with NOT_FOUND, INVALID_STATE for somebody who was merged into another member, and UNFINISHED_ORDERS. Safe to repeat.
 */
export async function eraseMember(parts: EraseMemberParts, memberId: string): Promise<Outcome<string>> {
  const fate = await parts.members.fateOf(memberId);
  if (fate === null) return refused(notFound(['memberId'], { en: 'member', zh: '会员' }));
  if (fate.mergedInto !== null) return refused(invalidState(['memberId'], { state: 'MERGED' }));
  if (fate.isErased) return accepted(memberId);
  const unfinished = await parts.countUnfinishedOrders(memberId);
  if (unfinished > 0) return refused(unfinishedOrders(unfinished));
  const isDone = await parts.inTransaction((transaction) => erase(parts, memberId, transaction));
  // Somebody else erased or merged them meanwhile: then it is seen which.
  return isDone ? accepted(memberId) : eraseMember(parts, memberId);
}

async function erase(parts: EraseMemberParts, memberId: string, transaction: Transaction): Promise<boolean> {
  const at = parts.clock.now();
  if (!(await parts.members.erase(transaction, memberId, at))) return false;
  await parts.identities.removeAll(transaction, memberId);
  await parts.books.remove(transaction, memberId);
  await parts.sessions.endAll(transaction, memberId, at);
  await parts.personalData.erase(memberId, transaction);
  await parts.outbox.append(transaction, [
    { name: 'member.erased', aggregateId: memberId, version: 1, at, payload: { memberId } },
  ]);
  return true;
}
