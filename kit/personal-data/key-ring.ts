import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { seal, unseal } from './seal.ts';

/** A data key as it is stored: encrypted, with the name of the key that opens it. */
export interface WrappedKey {
  readonly wrapped: string;
  readonly wrappedBy: string;
}

/** The keys that encrypt data keys, made from the secrets of the settings. */
export interface KeyRing {
  /** The name of the key that wraps; all of `names` unwrap. A name tells nothing of its secret. */
  readonly current: string;
  readonly names: readonly string[];
  /** Encrypts the data key of somebody. */
  wrap(dataKey: KeyObject, owner: string): WrappedKey;
  /** Opens it again. @throws UnknownKeyError; SealBrokenError when it was changed or is somebody else's. */
  unwrap(key: WrappedKey, owner: string): KeyObject;
}

/** A data key was wrapped by a key that the settings don't have any more. */
export class UnknownKeyError extends Error {
  constructor(name: string) {
    super(`a data key was wrapped by the key ${name}, which PERSONAL_DATA_KEYS does not hold`);
    this.name = 'UnknownKeyError';
  }
}

/**
 * Derives a wrapping key from each secret by HKDF (RFC 5869), the first of which wraps. `scope` is the owner of the database: one database's keys don't open in
 * another.
 */
export function createKeyRing(secrets: readonly string[], scope: string): KeyRing {
  const keys = new Map(secrets.map((secret) => namedKey(secret)));
  const [current] = keys.keys();
  if (current === undefined) throw new RangeError('a key ring needs a secret');
  const placeOf = (owner: string) => `${scope} data key of ${owner}`;
  const keyNamed = (name: string): KeyObject => {
    const key = keys.get(name);
    if (key === undefined) throw new UnknownKeyError(name);
    return key;
  };
  return {
    current,
    names: [...keys.keys()],
    wrap(dataKey, owner) {
      const text = dataKey.export().toString('base64url');
      return { wrapped: seal(text, keyNamed(current), placeOf(owner)), wrappedBy: current };
    },
    unwrap({ wrapped, wrappedBy }, owner) {
      return createSecretKey(unseal(wrapped, keyNamed(wrappedBy), placeOf(owner)), 'base64url');
    },
  };
}

function namedKey(secret: string): [string, KeyObject] {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'fullchain personal data', 32));
  return [createHash('sha256').update(key).digest('base64url').slice(0, 12), createSecretKey(key)];
}
