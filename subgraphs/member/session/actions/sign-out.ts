import { hashOfToken } from './open-session.ts';
import type { RefreshParts } from './refresh-session.ts';

/**
 * Ends the family of a refresh token, whichever of its tokens it is: nothing gets a new session from it, and gateways refuse its access tokens once
 * they know, within a second. False when there was nothing to end.
 */
export async function signOut(
  { sessions, inTransaction, clock }: Pick<RefreshParts, 'sessions' | 'inTransaction' | 'clock'>,
  refreshToken: string,
): Promise<boolean> {
  return inTransaction(async (transaction) => {
    const found = await sessions.findToken(transaction, hashOfToken(refreshToken));
    return found !== null && sessions.end(transaction, found.sessionId, clock.now());
  });
}
