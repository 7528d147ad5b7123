import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';

/** What a token says about its bearer. */
export type TokenClaims = z.infer<typeof claimsSchema>;

const claimsSchema = z.object({
  sub: z.string().regex(/^(mbr|stf)_\w+$/),
  kind: z.enum(['MEMBER', 'STAFF', 'ANALYST']),
  roles: z.array(z.string()),
  scopes: z.array(z.string()),
  /** The session, by which it can be ended. */
  sid: z.string().min(1),
  /** The member's tier level; absent for staff. */
  tier: z.number().int().min(0).nullish(),
  /** Seconds since 1970. */
  exp: z.number(),
});

/** Who issues tokens, and for whom. */
export const tokenIssuer = 'fullchain';
export const tokenAudience = 'fullchain-graph';

interface Options {
  /** Reads the public keys from their owner. */
  readonly readKeys: () => Promise<JSONWebKeySet>;
  readonly clock: Clock;
}

/** Keys are read again when they are this old, milliseconds. */
const keysMaxAgeMs = 10 * 60_000;
/** And for a token with an unknown key, but not more often than this, so that forged tokens cause no calls. */
const keysMinAgeMs = 5000;
/** A verified token is believed this long without looking at its signature again, milliseconds. */
const verifiedForMs = 60_000;
const verifiedAtMost = 10_000;

/**
 * Verifies access tokens: EdDSA and nothing else, with the issuer's keys and for this graph. Returns null for every token that is
 * not good, whatever the reason; throws when the keys can't be had.
 */
export function createTokenVerifier({ readKeys, clock }: Options): (token: string) => Promise<TokenClaims | null> {
  let keys: { resolve: JWTVerifyGetKey; readAt: number } | null = null;
  let reading: Promise<void> | null = null;
  const verified = new Map<string, { claims: TokenClaims; at: number }>();

  async function freshKeys(maxAgeMs: number): Promise<JWTVerifyGetKey> {
    if (!keys || clock.now().getTime() - keys.readAt >= maxAgeMs) {
      reading ??= readKeys()
        .then((set) => void (keys = { resolve: createLocalJWKSet(set), readAt: clock.now().getTime() }))
        .finally(() => (reading = null));
      // With keys at hand, an owner that is away for a while keeps nobody out.
      await (keys ? reading.catch(() => {}) : reading);
    }
    if (!keys) throw new Error('no keys to verify tokens with');
    return keys.resolve;
  }

  async function verify(token: string, maxAgeMs: number): Promise<TokenClaims | null> {
    const { payload } = await jwtVerify(token, await freshKeys(maxAgeMs), {
      algorithms: ['EdDSA'],
      issuer: tokenIssuer,
      audience: tokenAudience,
      requiredClaims: ['sub', 'exp'],
      currentDate: clock.now(),
    });
    return claimsSchema.safeParse(payload).data ?? null;
  }

  return async (token) => {
    const now = clock.now().getTime();
    const known = verified.get(token);
    if (known && now - known.at < verifiedForMs) return known.claims.exp * 1000 > now ? known.claims : null;
    verified.delete(token);
    let claims: TokenClaims | null;
    try {
      claims = await verify(token, keysMaxAgeMs).catch((error: unknown) => {
        // Keys rotate: perhaps the token's is newer than ours.
        if (error instanceof errors.JWKSNoMatchingKey) return verify(token, keysMinAgeMs);
        throw error;
      });
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
    if (claims) remember(verified, token, { claims, at: now });
    return claims;
  };
}

function remember<Value>(entries: Map<string, Value>, key: string, value: Value): void {
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > verifiedAtMost && oldest !== undefined) entries.delete(oldest);
}
