import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

/** What a sealed text opens with is not what it was sealed with: it was changed, moved to another place or belongs to another key. */
export class SealBrokenError extends Error {
  constructor(place: string) {
    super(`what is stored as ${place} was not sealed there`);
    this.name = 'SealBrokenError';
  }
}

/** The first byte of a sealed text: AES-256-GCM with a nonce of 96 bits and a tag of 128. */
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts a text by AES-256-GCM (NIST SP 800-38D) with a fresh nonce: format, nonce, ciphertext and tag as base64url. It opens with the same key at the same
 * `place` only, which is authenticated and not stored.
 */
export function seal(text: string, key: KeyObject, place: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const sealed = cipher.update(text, 'utf8');
  cipher.final();
  return Buffer.concat([Buffer.of(format), nonce, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** Opens what {@link seal} made. @throws SealBrokenError. */
export function unseal(sealed: string, key: KeyObject, place: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  // Base64 ignores what it doesn't know: only the very text that was made may open.
  const isWhole = bytes.length > nonceBytes + tagBytes && bytes.toString('base64url') === sealed;
  if (!isWhole || bytes[0] !== format) throw new SealBrokenError(place);
  const begin = 1 + nonceBytes;
  const end = bytes.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, begin), { authTagLength: tagBytes })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(end));
  const text = decipher.update(bytes.subarray(begin, end));
  try {
    decipher.final();
  } catch {
    throw new SealBrokenError(place);
  }
  return text.toString('utf8');
}
