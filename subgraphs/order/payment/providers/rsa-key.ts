import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

const smallestModulus = 2048;

/**
 * Reads an RSA key of a setting: PEM (line breaks may be written as \n), or the bare base64 of PKCS#8 or SPKI as some platforms hand it out. A public key
 * may come as a certificate. Anything else is an issue of the setting, which is never quoted.
 */
export function rsaKeyOf(kind: 'PRIVATE' | 'PUBLIC', text: string, context: z.RefinementCtx<string>): KeyObject {
  const given = text.replaceAll(String.raw`\n`, '\n').trim();
  const pem = given.startsWith('-----') ? given : `-----BEGIN ${kind} KEY-----\n${given}\n-----END ${kind} KEY-----`;
  try {
    const key = kind === 'PRIVATE' ? createPrivateKey(pem) : createPublicKey(pem);
    if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= smallestModulus)
      return key;
  } catch {
    // The setting is refused below, without quoting it.
  }
  context.addIssue({ code: 'custom', message: 'no RSA key' });
  return z.NEVER;
}
