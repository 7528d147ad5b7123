import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Session as Transaction } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { AccessTokens } from '../../token/access-tokens.ts';
import type { OpenedSession, Owner, Person } from '../domain/person.ts';
import { refreshTokenMs } from '../domain/session-rules.ts';
import type { SessionsStore } from '../store/sessions-store.ts';

/** What opening a session needs. */
export interface SessionParts {
  readonly sessions: SessionsStore;
  readonly tokens: Pick<AccessTokens, 'issue'>;
  readonly outbox: Pick<Outbox, 'append'>;
  readonly clock: Clock;
}

/** Where somebody signs in from. */
export interface SignInPlace {
  readonly channel: string;
  /** The cart that they filled before, by the id their client gave. */
  readonly guestCartId?: string | null;
  /** The address of their client; null when it isn't known, or is this machine. */
  readonly clientAddress?: string | null;
  /** What WeChat recognised them by, as identities are found. */
  readonly recognisedBy?: string | null;
}

const longestCartId = 100;

/** How a refresh token is stored and found. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/**
 * Begins a family of sessions for somebody who has just proved who they are, in the caller's transaction. A member's sign-in is told as
 * `member.signed-in`.
 */
export async function openSession(
  { sessions, tokens, outbox, clock }: SessionParts,
  person: Person,
  { channel, guestCartId, recognisedBy = null }: SignInPlace,
  transaction: Transaction,
): Promise<OpenedSession> {
  const now = clock.now();
  const sessionId = newId('session');
  const refreshToken = randomBytes(32).toString('base64url');
  await sessions.begin(transaction, {
    id: sessionId,
    owner: ownerOf(person),
    channel,
    recognisedBy,
    tokenHash: hashOfToken(refreshToken),
    createdAt: now,
    expiresAt: new Date(now.getTime() + refreshTokenMs),
  });
  if (person.kind === 'MEMBER') {
    const payload = { memberId: person.id, channel, guestCartId: readCartId(guestCartId) };
    // Each sign-in is an aggregate of its own: two at once need not wait for each other.
    await outbox.append(transaction, [
      { name: 'member.signed-in', aggregateId: sessionId, version: 1, at: now, payload },
    ]);
  }
  return { ...(await tokens.issue({ ...person, sessionId })), refreshToken };
}

function ownerOf({ id, kind }: Person): Owner {
  return { id, kind: kind === 'MEMBER' ? 'MEMBER' : 'STAFF' };
}

/** There is no cart with a longer id: it would only fill the event. */
function readCartId(given: string | null | undefined): string | null {
  return given != null && given.length <= longestCartId ? given : null;
}
