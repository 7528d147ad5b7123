import type { AuditLog } from '#kit/audit-log/audit-log.ts';
import type { AuditActor } from '#kit/audit-log/audit-entry.ts';
import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { onceKeyOf, type KeyedWish } from '#kit/idempotency/once-key.ts';
import { isDuplicateKey, type Session as Transaction, type TransactOutcome } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { ErasedError } from '#kit/personal-data/data-keys.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import {
  accepted,
  idempotencyConflict,
  invalidInput,
  invalidState,
  notFound,
  refused,
  type Outcome,
} from '#kit/user-error/user-error.ts';
import type { AddressBooksStore } from '../../address/store/address-books-store.ts';
import { mergeGrowth } from '../../growth/domain/growth.ts';
import type { GrowthStore } from '../../growth/store/growth-store.ts';
import { isKnown, type KnownMember, type Member } from '../../member/domain/member.ts';
import type { MembersStore } from '../../member/store/members-store.ts';
import { moveAll } from '../../points/domain/ledger.ts';
import type { PointsStore } from '../../points/store/points-store.ts';
import type { IdentitiesStore } from '../../session/store/identities-store.ts';
import type { SessionsStore } from '../../session/store/sessions-store.ts';
import { mergedProfile, type MemberMerge } from '../domain/member-merge.ts';
import type { MergesStore } from '../store/merges-store.ts';

/** What joining two members needs. */
export interface MergeMembersParts {
  readonly members: Pick<MembersStore, 'findIn' | 'fateOf' | 'merge'>;
  readonly identities: Pick<IdentitiesStore, 'moveAll'>;
  readonly books: Pick<AddressBooksStore, 'moveAll'>;
  readonly points: Pick<PointsStore, 'find' | 'save' | 'saveMerged'>;
  readonly growth: Pick<GrowthStore, 'addEntries'>;
  readonly sessions: Pick<SessionsStore, 'endAll'>;
  readonly merges: Pick<MergesStore, 'find' | 'add'>;
  readonly personalData: Pick<PersonalData, 'erase'>;
  readonly outbox: Pick<Outbox, 'append'>;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly transactOutcome: TransactOutcome;
  readonly clock: Clock;
}

/** A merge that somebody asks for. */
export type WantedMerge = Omit<MemberMerge, 'at'>;

/** Who asks, for the audit log, and where their input names the two. */
export interface MergeCall {
  readonly actor: AuditActor;
  readonly requestId: string;
  readonly paths: { readonly merged: readonly string[]; readonly into: readonly string[] };
}

/**
 * Two members turned out to be one person: all that one of them is recognised by and owns here goes to the other in one transaction, with the sessions of the first
 * ended and its key destroyed; `member.merged` lets the other owners follow. The id that is no more leads to the other one from then on. Refuses with INVALID_INPUT
 * for one and the same member, NOT_FOUND, INVALID_STATE (`ERASED`, `MERGED`). The same merge again is answered as before.
 */
export async function mergeMembers(
  parts: MergeMembersParts,
  wanted: WantedMerge,
  call: MergeCall,
): Promise<Outcome<MemberMerge>> {
  const { mergedId, memberId } = wanted;
  if (mergedId === memberId) {
    const reason = { en: 'They are one member already.', zh: '两者已是同一会员。' };
    return refused(invalidInput(call.paths.into, reason));
  }
  try {
    const merged = await parts.transactOutcome((transaction) => merge(parts, wanted, call, transaction));
    if (merged.ok) await crashPoint('member.merging.merged');
    // A twin of this call may have been faster, or another one of its process that died.
    return merged.ok ? merged : ((await mergedBefore(parts, wanted)) ?? merged);
  } catch (error) {
    // Their key was destroyed after they were read here: now it is seen that they were erased.
    if (error instanceof ErasedError) return mergeMembers(parts, wanted, call);
    if (!isDuplicateKey(error)) throw error;
    const before = await mergedBefore(parts, wanted);
    if (before === null) throw error;
    return before;
  }
}

/** What a merge is known by: the same id for every try of a key. @throws BAD_USER_INPUT for a key that can't be one. */
export function mergeOf(wish: KeyedWish): Pick<WantedMerge, 'id' | 'inputHash'> {
  const { id, inputHash } = onceKeyOf(wish);
  return { id: `mrg_${id}`, inputHash };
}

/** The merge that this key made before; null when it made none. Refuses with IDEMPOTENCY_CONFLICT when it made another one. */
export async function mergedBefore(
  { merges }: { readonly merges: Pick<MergesStore, 'find'> },
  { id, inputHash }: Pick<WantedMerge, 'id' | 'inputHash'>,
): Promise<Outcome<MemberMerge> | null> {
  const before = await merges.find(id);
  if (before === null) return null;
  return before.inputHash === inputHash ? accepted(before) : refused(idempotencyConflict());
}

async function merge(
  parts: MergeMembersParts,
  wanted: WantedMerge,
  { actor, requestId, paths }: MergeCall,
  transaction: Transaction,
): Promise<Outcome<MemberMerge>> {
  const { mergedId, memberId } = wanted;
  const from = await standing(parts, await parts.members.findIn(transaction, mergedId), paths.merged);
  if (!from.ok) return from;
  const into = await standing(parts, await parts.members.findIn(transaction, memberId), paths.into);
  if (!into.ok) return into;
  const at = parts.clock.now();
  const done: MemberMerge = { ...wanted, at };
  await moveGrowth(parts, from.value, into.value, at, transaction);
  await movePoints(parts, mergedId, memberId, at, transaction);
  await parts.identities.moveAll(transaction, mergedId, memberId);
  await parts.books.moveAll(transaction, mergedId, memberId);
  await parts.sessions.endAll(transaction, mergedId, at);
  await parts.merges.add(transaction, done);
  await parts.personalData.erase(mergedId, transaction);
  const subjects = [mergedId, memberId];
  await parts.auditLog.append(transaction, {
    ...{ actor, requestId, subjects },
    ...{ action: 'member.merged', facts: { memberId: mergedId, intoMemberId: memberId } },
  });
  const payload = { memberId: mergedId, into: memberId };
  await parts.outbox.append(transaction, [{ name: 'member.merged', aggregateId: mergedId, version: 1, at, payload }]);
  await crashPoint('member.merging.before-commit');
  return accepted(done);
}

/** A member who can be merged, if they can. */
async function standing(
  { members }: Pick<MergeMembersParts, 'members'>,
  member: Member | null,
  path: readonly string[],
): Promise<Outcome<KnownMember>> {
  if (member === null) return refused(notFound(path, { en: 'member', zh: '会员' }));
  if (isKnown(member)) return accepted(member);
  // A key that somebody destroyed just now is gone for this transaction as well, which sees their row as it was: so it is looked what became of them.
  const fate = await members.fateOf(member.id);
  return refused(invalidState(path, { state: fate?.mergedInto == null ? 'ERASED' : 'MERGED' }));
}

async function moveGrowth(
  { members, growth }: MergeMembersParts,
  from: KnownMember,
  into: KnownMember,
  at: Date,
  transaction: Transaction,
): Promise<void> {
  const moved = mergeGrowth({ ...from.growth, memberId: from.id }, { ...into.growth, memberId: into.id }, at);
  const kept = { ...into, profile: mergedProfile(into, from), growth: moved.taken.state };
  // Both were there in this transaction's snapshot: whoever changes one of them meanwhile makes it begin again.
  const isDone = await members.merge(transaction, { ...from, growth: moved.given.state }, kept);
  if (!isDone) throw new Error('a member changed inside a transaction that had read it');
  const entries = [
    { memberId: from.id, entry: moved.given.entry },
    { memberId: into.id, entry: moved.taken.entry },
  ].flatMap(({ memberId, entry }) => (entry === null ? [] : [{ ...entry, memberId }]));
  if (entries.length > 0) await growth.addEntries(transaction, entries);
}

async function movePoints(
  { points }: MergeMembersParts,
  mergedId: string,
  memberId: string,
  at: Date,
  transaction: Transaction,
): Promise<void> {
  const from = await points.find(mergedId, transaction);
  const into = await points.find(memberId, transaction);
  const { given, taken } = moveAll(from, into, at);
  await points.save(transaction, taken);
  await points.saveMerged(transaction, from.version, given, memberId);
}
