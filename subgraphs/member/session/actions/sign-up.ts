import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidInput, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { newGrowth } from '../../growth/domain/growth.ts';
import type { KnownMember, Member } from '../../member/domain/member.ts';
import type { MembersStore } from '../../member/store/members-store.ts';
import type { PasswordHasher } from '../../password/password-hasher.ts';
import { readEmail, readPhone, type Identity } from '../domain/identity.ts';
import { readDisplayName } from '../domain/names.ts';
import { isAcceptablePassword, readPassword } from '../domain/password-rules.ts';
import { personOfMember, type OpenedSession } from '../domain/person.ts';
import { identityTaken, tooManyAttempts, weakPassword } from '../domain/refusals.ts';
import type { IdentitiesStore } from '../store/identities-store.ts';
import type { SignInTriesStore } from '../store/sign-in-tries-store.ts';
import { countTriesFromAddress, type CountTriesParts } from './count-tries-from-address.ts';
import { openSession, type SessionParts, type SignInPlace } from './open-session.ts';

/** What signing up needs. */
export interface SignUpParts extends SessionParts {
  readonly members: Pick<MembersStore, 'add'>;
  readonly identities: IdentitiesStore;
  readonly tries: Pick<SignInTriesStore, 'countSignUp'> & CountTriesParts['tries'];
  readonly hasher: PasswordHasher;
  readonly inTransaction: Transact;
  /** How many may sign up in one minute, over all processes. */
  readonly signUpsPerMinute: number;
}

/** Somebody who has become a member. */
interface SignedUp {
  readonly session: OpenedSession;
  readonly member: Member;
}

/** What somebody gives to become a member. */
export interface SignUp {
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly password: string;
  readonly displayName: string;
}

/**
 * Makes a member with their identities and signs them in: all of it, or nothing. Refuses with INVALID_INPUT (name, e-mail, phone, or neither),
 * WEAK_PASSWORD, IDENTITY_TAKEN, TOO_MANY_ATTEMPTS: also for a client address that asked for too many taken ones, and so finds out who is a member.
 */
export function signUp(parts: SignUpParts, input: SignUp, place: SignInPlace): Promise<Outcome<SignedUp>> {
  return countTriesFromAddress(
    parts,
    place,
    () => signUpNow(parts, input, place),
    (outcome) => !outcome.ok && outcome.refusals.some(({ code }) => code === 'IDENTITY_TAKEN'),
  );
}

async function signUpNow(parts: SignUpParts, input: SignUp, place: SignInPlace): Promise<Outcome<SignedUp>> {
  const read = readSignUp(input);
  if (!read.ok) return read;
  const { displayName, email, phone } = read.value;
  const now = parts.clock.now();
  if ((await parts.tries.countSignUp(now)) > parts.signUpsPerMinute) {
    return refused(tooManyAttempts(60 - now.getUTCSeconds()));
  }
  const passwordHash = await parts.hasher.hash(readPassword(input.password));
  const member: KnownMember = {
    id: newId('member'),
    profile: { displayName, email: email?.value ?? null, phone: phone?.value ?? null },
    createdAt: now,
    erasedAt: null,
    mergedInto: null,
    growth: newGrowth(now),
  };
  const owner = { id: member.id, kind: 'MEMBER' } as const;
  const given = [email, phone].filter((identity) => identity !== null);
  try {
    const session = await parts.inTransaction(async (transaction) => {
      await parts.identities.add(
        transaction,
        given.map((identity) => ({ owner, identity })),
        now,
      );
      await parts.identities.setPasswords(transaction, [{ ownerId: member.id, passwordHash }], now);
      await parts.members.add(transaction, [member]);
      return openSession(parts, personOfMember(member), place, transaction);
    });
    return accepted({ session, member });
  } catch (error) {
    if (!parts.identities.isTaken(error)) throw error;
    const only = email === null ? 'phone' : 'email';
    return refused(identityTaken(given.length === 1 ? [only] : undefined));
  }
}

function readSignUp({ displayName, email, phone, password }: SignUp): Outcome<{
  displayName: string;
  email: Identity | null;
  phone: Identity | null;
}> {
  const refusals: Refusal[] = [];
  const name = readDisplayName(displayName);
  if (name === null)
    refusals.push(invalidInput(['displayName'], { en: 'Use 1–40 characters.', zh: '请填写 1–40 个字符。' }));
  const read = {
    email: email == null ? null : readEmail(email),
    phone: phone == null ? null : readPhone(phone),
  };
  if (email != null && read.email === null) {
    refusals.push(invalidInput(['email'], { en: 'Enter a valid e-mail address.', zh: '请填写有效的邮箱地址。' }));
  }
  if (phone != null && read.phone === null) {
    refusals.push(invalidInput(['phone'], { en: 'Enter a valid mobile number.', zh: '请填写有效的手机号码。' }));
  }
  if (email == null && phone == null) {
    const reason = { en: 'Enter an e-mail address or a mobile number.', zh: '请填写邮箱地址或手机号码。' };
    refusals.push(invalidInput(['email'], reason));
  }
  if (!isAcceptablePassword(password)) refusals.push(weakPassword());
  return name === null || refusals.length > 0 ? refused(...refusals) : accepted({ displayName: name, ...read });
}
