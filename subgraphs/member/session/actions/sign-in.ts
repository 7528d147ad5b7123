import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { readIdentifier } from '../domain/identity.ts';
import type { OpenedSession, Owner, Person } from '../domain/person.ts';
import { invalidCredentials } from '../domain/refusals.ts';
import type { IdentitiesStore } from '../store/identities-store.ts';
import { countTriesFromAddress, type CountTriesParts } from './count-tries-from-address.ts';
import { openSession, type SessionParts, type SignInPlace } from './open-session.ts';
import { tryPassword, type TryPasswordParts } from './try-password.ts';

/** What somebody shows to sign in. */
interface Credentials {
  readonly identifier: string;
  readonly password: string;
}

/** Somebody who has signed in. */
interface SignedIn {
  readonly session: OpenedSession;
  readonly person: Person;
}

/** What signing in needs. */
export interface SignInParts extends SessionParts, TryPasswordParts {
  readonly tries: TryPasswordParts['tries'] & CountTriesParts['tries'];
  readonly identities: Pick<IdentitiesStore, 'ownerOf' | 'passwordHashOf' | 'indexOf'>;
  /** The person behind an account; null when it is gone. */
  readonly findPerson: (owner: Owner) => Promise<Person | null>;
  readonly inTransaction: Transact;
}

/**
 * Signs in by e-mail address or mobile number and password. Refuses with INVALID_CREDENTIALS, the same and as slowly for unknown accounts, and
 * with TOO_MANY_ATTEMPTS without looking at the password once an account, or a client address, had too many wrong ones.
 */
export function signIn(parts: SignInParts, input: Credentials, place: SignInPlace): Promise<Outcome<SignedIn>> {
  return countTriesFromAddress(
    parts,
    place,
    () => signInNow(parts, input, place),
    (outcome) => !outcome.ok,
  );
}

async function signInNow(parts: SignInParts, input: Credentials, place: SignInPlace): Promise<Outcome<SignedIn>> {
  const identity = readIdentifier(input.identifier);
  const owner = identity === null ? null : await parts.identities.ownerOf(identity);
  // By account, so that its e-mail address and its number share the tries; unknown ones count too and look alike.
  const account = owner?.id ?? (await parts.identities.indexOf(identity ?? { kind: 'EMAIL', value: input.identifier }));
  const tried = await tryPassword(parts, { account, ownerId: owner?.id ?? 'nobody' }, input.password);
  if (!tried.ok) return tried;
  const person = tried.value && owner !== null ? await parts.findPerson(owner) : null;
  if (person === null) return refused(invalidCredentials());
  const session = await parts.inTransaction((transaction) => openSession(parts, person, place, transaction));
  return accepted({ session, person });
}
