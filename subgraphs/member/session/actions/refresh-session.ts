import type { Clock } from '#kit/clock/clock.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { AccessTokens } from '../../token/access-tokens.ts';
import type { SecretBox } from '../../token/secret-box.ts';
import type { OpenedSession, Owner, Person } from '../domain/person.ts';
import { refreshTokenReused, sessionExpired } from '../domain/refusals.ts';
import { judgeRefresh, refreshTokenMs } from '../domain/session-rules.ts';
import type { FoundToken, SessionsStore } from '../store/sessions-store.ts';
import { hashOfToken } from './open-session.ts';

/** What refreshing and signing out need. */
export interface RefreshParts {
  readonly sessions: SessionsStore;
  readonly tokens: Pick<AccessTokens, 'issue'>;
  readonly box: Pick<SecretBox, 'derive'>;
  readonly findPerson: (owner: Owner) => Promise<Person | null>;
  readonly inTransaction: Transact;
  readonly clock: Clock;
}

/**
 * Exchanges a refresh token for the next session, whose access token says who the person is by now. A token's successor is derived from it by
 * our secret, so that a retry gets the same one although only hashes are stored. Refuses with SESSION_EXPIRED, and with
 * REFRESH_TOKEN_REUSED after ending the family.
 */
export async function refreshSession(parts: RefreshParts, refreshToken: string): Promise<Outcome<OpenedSession>> {
  const successor = parts.box.derive(refreshToken);
  const judged = await parts.inTransaction(async (transaction) => {
    const now = parts.clock.now();
    const found = await parts.sessions.findToken(transaction, hashOfToken(refreshToken));
    const verdict = judgeRefresh(found, now);
    if (verdict === 'ROTATE' && found !== null) {
      await parts.sessions.rotate(transaction, {
        from: hashOfToken(refreshToken),
        to: hashOfToken(successor),
        sessionId: found.sessionId,
        at: now,
        expiresAt: new Date(now.getTime() + refreshTokenMs),
      });
    }
    if (verdict === 'REUSED' && found !== null) await parts.sessions.end(transaction, found.sessionId, now);
    return { verdict, found };
  });
  if (judged.verdict === 'REUSED') return refused(refreshTokenReused());
  if (judged.verdict === 'EXPIRED' || judged.found === null) return refused(sessionExpired());
  return sessionFor(parts, judged.found, successor);
}

async function sessionFor(
  { findPerson, tokens }: RefreshParts,
  { owner, sessionId }: FoundToken,
  refreshToken: string,
): Promise<Outcome<OpenedSession>> {
  const person = await findPerson(owner);
  if (person === null) return refused(sessionExpired());
  return accepted({ ...(await tokens.issue({ ...person, sessionId })), refreshToken });
}
