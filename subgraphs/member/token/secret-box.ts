import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** What the key secret is used for: sealing private keys, and deriving refresh tokens. */
export interface SecretBox {
  /** Encrypts by AES-256-GCM; `context` must be given again to open it. */
  seal(text: string, context: string): string;
  /** Opens what `seal` made. Throws when it was changed, belongs to another context or was sealed with another secret. */
  open(sealed: string, context: string): string;
  /** 256 bits that only the holder of the secret can derive from `text`, as base64url. */
  derive(text: string): string;
}

/** Works with two keys derived from the secret by HKDF, one for each use. */
export function createSecretBox(secret: string): SecretBox {
  const keyFor = (use: string) => Buffer.from(hkdfSync('sha256', secret, '', `fullchain member ${use}`, 32));
  const sealing = keyFor('signing keys');
  const deriving = keyFor('refresh tokens');
  return {
    seal(text, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(context));
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final()];
      return [...parts, cipher.getAuthTag()].map((part) => part.toString('base64url')).join('.');
    },
    open(sealed, context) {
      const [nonce, text, rest, tag] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'));
      if (!nonce || !text || !rest || tag?.length !== 16) throw new Error('this was not sealed by us');
      const decipher = createDecipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(Buffer.concat([text, rest])), decipher.final()]).toString('utf8');
    },
    derive: (text) => createHmac('sha256', deriving).update(text).digest('base64url'),
  };
}
