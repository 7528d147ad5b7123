/** Whom an access token speaks for. */
export interface TokenSubject {
  readonly id: string;
  readonly kind: 'MEMBER' | 'STAFF' | 'ANALYST';
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly sessionId: string;
  /** The member's tier, null for anybody else. */
  readonly tierLevel: number | null;
}

/** Issuer and audience of every access token. */
export const tokenIssuer = 'fullchain';
export const tokenAudience = 'fullchain-graph';
/** The only algorithm: Ed25519. */
export const tokenAlgorithm = 'EdDSA';
/** How long an access token is accepted, seconds. */
export const accessTokenSeconds = 15 * 60;

/** The private claims of an access token; `sub`, `iss`, `aud`, `iat` and `exp` are set when it is signed. */
export function claimsOf(subject: TokenSubject): Record<string, unknown> {
  return {
    kind: subject.kind,
    roles: subject.roles,
    scopes: subject.scopes,
    sid: subject.sessionId,
    ...(subject.tierLevel === null ? {} : { tier: subject.tierLevel }),
  };
}
