import type { Clock } from '#kit/clock/clock.ts';
import { refused, type Outcome } from '#kit/user-error/user-error.ts';
import { tooManyAttempts } from '../domain/refusals.ts';
import type { SignInTriesStore } from '../store/sign-in-tries-store.ts';
import type { SignInPlace } from './open-session.ts';

/** What counting tries from client addresses needs. */
export interface CountTriesParts {
  readonly tries: Pick<SignInTriesStore, 'beginFrom' | 'forgiveFrom'>;
  readonly clock: Clock;
}

/**
 * Does what may be tried only so often from one client address: guessing over many accounts, or over which of them exist. What is done counts as a failed try until
 * `failed` says of its outcome that it wasn't one. Refuses with TOO_MANY_ATTEMPTS.
 */
export async function countTriesFromAddress<T>(
  { tries, clock }: CountTriesParts,
  { clientAddress }: SignInPlace,
  attempt: () => Promise<Outcome<T>>,
  failed: (outcome: Outcome<T>) => boolean,
): Promise<Outcome<T>> {
  if (clientAddress == null) return attempt();
  const now = clock.now();
  const restsUntil = await tries.beginFrom(clientAddress, now);
  if (restsUntil !== null) {
    return refused(tooManyAttempts(Math.max(1, Math.ceil((restsUntil.getTime() - now.getTime()) / 1000))));
  }
  const outcome = await attempt();
  if (!failed(outcome)) await tries.forgiveFrom(clientAddress);
  return outcome;
}
