import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import type { Clock } from '#kit/clock/clock.ts';
import {
  accessTokenSeconds,
  claimsOf,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
  type TokenSubject,
} from './domain/claims.ts';
import { lifeOfNewKey, needsSuccessor, signingKeyAt } from './domain/key-life.ts';
import type { SecretBox } from './secret-box.ts';
import type { SigningKey, SigningKeysStore } from './store/signing-keys-store.ts';

/** Makes access tokens and publishes the keys to verify them with. */
export interface AccessTokens {
  /** A signed JWT (Ed25519), valid for 15 minutes. */
  issue(subject: TokenSubject): Promise<{ accessToken: string; expiresAt: Date }>;
  /** The public keys, those included that will sign soon or signed lately. */
  jwks(): Promise<{ keys: Record<string, unknown>[] }>;
  /** Makes the next signing key when its time has come. */
  rotateKeys(): Promise<void>;
  /** Whether the secret opens the key that signs now; makes the first key when there is none. */
  canSign(): Promise<boolean>;
}

/** For how long a process trusts what it read of the keys, milliseconds: shorter than a new key is announced. */
const rememberMs = 60_000;

/** Access tokens signed with keys that all processes share; the first process that needs one makes it. */
export function createAccessTokens(store: SigningKeysStore, box: SecretBox, clock: Clock): AccessTokens {
  const opened = new Map<string, Promise<CryptoKey>>();
  let remembered: { readonly keys: SigningKey[]; readonly at: number } | null = null;

  async function publishedKeys(): Promise<SigningKey[]> {
    const now = clock.now();
    const age = remembered === null ? Infinity : now.getTime() - remembered.at;
    if (remembered !== null && age >= 0 && age < rememberMs) return remembered.keys;
    let keys = await store.published(now);
    if (signingKeyAt(keys, now) === null) keys = await withNewKey(keys, now);
    remembered = { keys, at: now.getTime() };
    return keys;
  }

  async function withNewKey(keys: readonly SigningKey[], now: Date): Promise<SigningKey[]> {
    const { publicKey, privateKey } = await generateKeyPair(tokenAlgorithm, { extractable: true });
    const id = randomUUID();
    const publicJwk = { ...(await exportJWK(publicKey)), kid: id, alg: tokenAlgorithm, use: 'sig' };
    await store.add({
      id,
      generation: Math.max(0, ...keys.map(({ generation }) => generation)) + 1,
      publicJwk,
      sealedPrivateJwk: box.seal(JSON.stringify(await exportJWK(privateKey)), id),
      ...lifeOfNewKey(now, signingKeyAt(keys, now) === null),
    });
    // Ours, or that of another process which was faster.
    return store.published(now);
  }

  function privateKeyOf({ id, sealedPrivateJwk }: SigningKey): Promise<CryptoKey> {
    const known = opened.get(id);
    if (known !== undefined) return known;
    const key = importJWK(JSON.parse(box.open(sealedPrivateJwk, id)) as JWK, tokenAlgorithm) as Promise<CryptoKey>;
    opened.set(id, key);
    return key;
  }

  return {
    async canSign() {
      const key = signingKeyAt(await publishedKeys(), clock.now());
      if (key === null) return false;
      try {
        await privateKeyOf(key);
        return true;
      } catch {
        // AES-GCM says no more than that it can't be opened; the caller tells the operator which setting that is.
        return false;
      }
    },

    async issue(subject) {
      const now = clock.now();
      const key = signingKeyAt(await publishedKeys(), now);
      if (key === null) throw new Error('there is no key to sign tokens with');
      const issuedAt = Math.floor(now.getTime() / 1000);
      const accessToken = await new SignJWT(claimsOf(subject))
        .setProtectedHeader({ alg: tokenAlgorithm, kid: key.id, typ: 'at+jwt' })
        .setIssuer(tokenIssuer)
        .setAudience(tokenAudience)
        .setSubject(subject.id)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + accessTokenSeconds)
        .sign(await privateKeyOf(key));
      return { accessToken, expiresAt: new Date((issuedAt + accessTokenSeconds) * 1000) };
    },

    async jwks() {
      return { keys: (await publishedKeys()).map(({ publicJwk }) => ({ ...publicJwk })) };
    },

    async rotateKeys() {
      const now = clock.now();
      const keys = await store.published(now);
      if (needsSuccessor(keys, now)) await withNewKey(keys, now);
      remembered = null;
    },
  };
}
