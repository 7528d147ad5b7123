import { randomUUID } from 'node:crypto';
import { pause } from '#kit/lease/pause.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { PasswordHasher } from '../../password/password-hasher.ts';
import { readIdentifier } from '../domain/identity.ts';
import { readPassword } from '../domain/password-rules.ts';
import type { OpenedSession, Owner, Person } from '../domain/person.ts';
import { invalidCredentials, tooManyAttempts } from '../domain/refusals.ts';
import type { IdentitiesStore } from '../store/identities-store.ts';
import type { SignInTriesStore } from '../store/sign-in-tries-store.ts';
import { openSession, type SessionParts, type SignInPlace } from './open-session.ts';

/** What signing in needs. */
export interface SignInParts extends SessionParts {
  readonly identities: Pick<IdentitiesStore, 'ownerOf' | 'passwordHashOf' | 'indexOf'>;
  readonly tries: Pick<SignInTriesStore, 'begin' | 'end'>;
  readonly hasher: PasswordHasher;
  /** The person behind an account; null when it is gone. */
  readonly findPerson: (owner: Owner) => Promise<Person | null>;
  readonly inTransaction: Transact;
}

/** Between looks of a try that waits for others of the same account, milliseconds, and the longest it waits. */
const lookMs = 40;
const longestWaitMs = 2_000;

/**
 * Signs in by e-mail address or mobile number and password. Refuses with INVALID_CREDENTIALS, the same and as slowly for unknown accounts, and
 * with TOO_MANY_ATTEMPTS without looking at the password once an account had too many wrong ones.
 */
export async function signIn(
  parts: SignInParts,
  input: { readonly identifier: string; readonly password: string },
  place: SignInPlace,
): Promise<Outcome<{ session: OpenedSession; person: Person }>> {
  const identity = readIdentifier(input.identifier);
  const owner = identity === null ? null : await parts.identities.ownerOf(identity);
  // By account, so that its e-mail address and its number share the tries; unknown ones count too and look alike.
  const account = owner?.id ?? (await parts.identities.indexOf(identity ?? { kind: 'EMAIL', value: input.identifier }));
  const tried = await tryOnce(parts, account, async () => {
    const hash = await parts.identities.passwordHashOf(owner?.id ?? 'nobody');
    return parts.hasher.matches(readPassword(input.password), hash);
  });
  if (!tried.ok) return tried;
  const person = tried.value && owner !== null ? await parts.findPerson(owner) : null;
  if (person === null) return refused(invalidCredentials());
  const session = await parts.inTransaction((transaction) => openSession(parts, person, place, transaction));
  return accepted({ session, person });
}

/** Compares within the account's tries. Refuses when none is left; waits while those that are left are under way. */
async function tryOnce(
  { tries, clock }: SignInParts,
  account: string,
  compare: () => Promise<boolean>,
): Promise<Outcome<boolean>> {
  const token = randomUUID();
  let waitedMs = 0;
  let answer = await tries.begin(account, token, clock.now());
  while (answer.may === 'WAIT' && waitedMs < longestWaitMs) {
    await pause(lookMs);
    waitedMs += lookMs;
    answer = await tries.begin(account, token, clock.now());
  }
  if (answer.may === 'WAIT') return refused(tooManyAttempts(1));
  if (answer.may === 'NOT_UNTIL') {
    return refused(tooManyAttempts(Math.max(1, Math.ceil((answer.until.getTime() - clock.now().getTime()) / 1000))));
  }
  const wasRight = await compare();
  await tries.end(account, token, wasRight, clock.now());
  return accepted(wasRight);
}
