import { randomUUID } from 'node:crypto';
import type { Clock } from '#kit/clock/clock.ts';
import { pause } from '#kit/lease/pause.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { PasswordHasher } from '../../password/password-hasher.ts';
import { readPassword } from '../domain/password-rules.ts';
import { tooManyAttempts } from '../domain/refusals.ts';
import type { IdentitiesStore } from '../store/identities-store.ts';
import type { SignInTriesStore } from '../store/sign-in-tries-store.ts';

/** What trying a password needs. */
export interface TryPasswordParts {
  readonly identities: Pick<IdentitiesStore, 'passwordHashOf'>;
  readonly tries: Pick<SignInTriesStore, 'begin' | 'end'>;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}

/** Between looks of a try that waits for others of the same account, milliseconds, and the longest it waits. */
const lookMs = 40;
const longestWaitMs = 2_000;

/**
 * Whether a password is the owner's, as slowly for who has none. Refuses with TOO_MANY_ATTEMPTS, without looking at the password, once the account had too many wrong
 * ones; waits while those that are left are under way.
 */
export async function tryPassword(
  { identities, tries, hasher, clock }: TryPasswordParts,
  { account, ownerId }: { readonly account: string; readonly ownerId: string },
  password: string,
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
  const wasRight = await hasher.matches(readPassword(password), await identities.passwordHashOf(ownerId));
  await tries.end(account, token, wasRight, clock.now());
  return accepted(wasRight);
}
