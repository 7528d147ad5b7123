const day = 24 * 3600 * 1000;

/** How long an unused refresh token is good, milliseconds. */
export const refreshTokenMs = 30 * day;
/** For how long a repetition of a refresh is taken for a retry of a lost answer, milliseconds. */
export const retryMs = 10_000;

/** What is known of a refresh token that somebody shows. */
export interface ShownToken {
  /** When it was exchanged for its successor; null when it wasn't. */
  readonly usedAt: Date | null;
  /** Whether its successor was exchanged in turn. */
  readonly successorUsed: boolean;
  readonly expiresAt: Date;
  /** Whether the family it belongs to has ended, by signing out or by a reuse. */
  readonly familyEnded: boolean;
}

/**
 * What happens to somebody who shows a refresh token. `ROTATE`: they get its successor. `REPEAT`: they get the very same successor again,
 * because an answer can be lost and a client may ask twice at once; only within ten seconds, and only while nobody used the successor.
 * Both holders of a stolen token then share one chain, so the slower of them is found out at its next use. `REUSED`: the family ends.
 */
export function judgeRefresh(token: ShownToken | null, now: Date): 'ROTATE' | 'REPEAT' | 'EXPIRED' | 'REUSED' {
  if (token === null) return 'EXPIRED';
  if (token.usedAt !== null) {
    const isRetry = now.getTime() - token.usedAt.getTime() <= retryMs && !token.successorUsed;
    if (!isRetry) return 'REUSED';
    return token.familyEnded ? 'EXPIRED' : 'REPEAT';
  }
  return token.familyEnded || token.expiresAt <= now ? 'EXPIRED' : 'ROTATE';
}
