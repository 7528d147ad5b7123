import type { AddressBooksStore } from '../../address/store/address-books-store.ts';
import type { Clock } from '#kit/clock/clock.ts';
import type { Session as Transaction, Transact } from '#kit/mongo/transaction.ts';
import type { GrowthStore } from '../../growth/store/growth-store.ts';
import type { PasswordHasher } from '../../password/password-hasher.ts';
import type { PointsStore } from '../../points/store/points-store.ts';
import { readPassword } from '../../session/domain/password-rules.ts';
import type { IdentitiesStore } from '../../session/store/identities-store.ts';
import { identitiesOfBrought, loadMember, type BroughtMember, type LoadedMember } from '../domain/loaded-member.ts';
import type { MembersStore } from '../store/members-store.ts';

/** What bringing members along needs. */
export interface LoadMembersParts {
  readonly members: MembersStore;
  readonly identities: IdentitiesStore;
  readonly growth: GrowthStore;
  readonly points: PointsStore;
  readonly books: AddressBooksStore;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly inTransaction: Transact;
}

/** A member as the caller of a load needs them. */
export interface LoadedFacts {
  readonly memberId: string;
  readonly tierLevel: number;
  readonly addressIds: string[];
}

/**
 * Adds members who are brought along, in the order given, all of them or none. Who is known already, by e-mail address or number, stays as they are.
 * RangeError when one of them breaks the rules that people's own input obeys.
 */
export async function loadMembers(parts: LoadMembersParts, brought: readonly BroughtMember[]): Promise<LoadedFacts[]> {
  const now = parts.clock.now();
  const known = await knownOwners(parts.identities, brought);
  const results = brought.map((one, index) => known[index] ?? loadMember(one, now));
  const fresh = results.filter((result) => typeof result !== 'string');
  const passwords: { ownerId: string; passwordHash: string }[] = [];
  for (const [index, result] of results.entries()) {
    const password = brought[index]?.password;
    if (typeof result === 'string' || password === undefined) continue;
    passwords.push({ ownerId: result.member.id, passwordHash: await parts.hasher.hash(readPassword(password)) });
  }
  if (fresh.length > 0) {
    await parts.inTransaction((session) => store(parts, fresh, passwords, now, session));
  }
  return factsOf(parts, results);
}

async function store(
  { members, identities, growth, points, books }: LoadMembersParts,
  fresh: readonly LoadedMember[],
  passwords: readonly { readonly ownerId: string; readonly passwordHash: string }[],
  now: Date,
  session: Transaction,
): Promise<void> {
  const given = fresh.flatMap(({ member, identities: own }) =>
    own.map((identity) => ({ owner: { id: member.id, kind: 'MEMBER' as const }, identity })),
  );
  await identities.add(session, given, now);
  if (passwords.length > 0) await identities.setPasswords(session, passwords, now);
  await members.add(
    session,
    fresh.map(({ member }) => member),
  );
  const entries = fresh.flatMap(({ member, growth: { entry } }) =>
    entry === null ? [] : [{ ...entry, memberId: member.id }],
  );
  if (entries.length > 0) await growth.addEntries(session, entries);
  await points.saveMany(
    session,
    fresh.map((one) => one.points),
  );
  const filled = fresh.map(({ book }) => book).filter(({ addresses }) => addresses.length > 0);
  if (filled.length > 0) await books.addMany(session, filled);
}

/** The member's id of those who are known already, in the order given; null for the others. */
async function knownOwners(identities: IdentitiesStore, brought: readonly BroughtMember[]): Promise<(string | null)[]> {
  const own = brought.map(identitiesOfBrought);
  const valuesOf = (kind: 'EMAIL' | 'PHONE') =>
    own.flatMap((list) => list.filter((identity) => identity.kind === kind).map(({ value }) => value));
  const byEmail = await identities.ownersOf('EMAIL', valuesOf('EMAIL'));
  const byPhone = await identities.ownersOf('PHONE', valuesOf('PHONE'));
  return own.map((list) => {
    const owners = list.map(({ kind, value }) => (kind === 'EMAIL' ? byEmail : byPhone).get(value)?.id);
    return owners.find((id) => id !== undefined) ?? null;
  });
}

async function factsOf(
  { members, books }: LoadMembersParts,
  results: readonly (string | LoadedMember)[],
): Promise<LoadedFacts[]> {
  const knownIds = results.filter((result) => typeof result === 'string');
  const knownMembers = await members.findMany(knownIds);
  const knownBooks = await books.findMany(knownIds);
  return results.map((result) => {
    const id = typeof result === 'string' ? result : result.member.id;
    const member = typeof result === 'string' ? knownMembers.get(id) : result.member;
    const book = typeof result === 'string' ? knownBooks.get(id) : result.book;
    return {
      memberId: id,
      tierLevel: member?.growth.tierLevel ?? 0,
      addressIds: (book?.addresses ?? []).map((address) => address.id),
    };
  });
}
