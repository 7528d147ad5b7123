import { createCipheriv, createVerify, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** The keys of a WeChat Pay of our own: its pair, the merchant's, and one of a stranger who would like to be it. */
export interface WeChatPayKeys {
  readonly platform: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly merchant: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly stranger: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly apiV3Key: string;
}

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

export const newWeChatPayKeys = (): WeChatPayKeys => ({
  platform: pair(),
  merchant: pair(),
  stranger: pair(),
  apiV3Key: randomBytes(16).toString('hex'),
});

export const pemOf = (key: KeyObject): string =>
  key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString();

/** The headers that sign a text as WeChat Pay does. */
export function signedHeaders(
  text: string,
  by: {
    readonly key: KeyObject;
    readonly serial: string;
    readonly at: Date;
    readonly hash?: 'RSA-SHA256' | 'RSA-SHA1';
  },
): Record<string, string> {
  const timestamp = String(Math.floor(by.at.getTime() / 1000));
  const nonce = randomBytes(16).toString('hex');
  const lines = Buffer.from(`${timestamp}\n${nonce}\n${text}\n`);
  return {
    'content-type': 'application/json',
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': by.serial,
    'wechatpay-signature': sign(by.hash ?? 'RSA-SHA256', lines, by.key).toString('base64'),
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  };
}

/** Seals a text under the APIv3 key, as notifications hold it. */
export function seal(text: string, apiV3Key: string, kind: string) {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce);
  cipher.setAAD(Buffer.from(kind));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    original_type: kind,
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: ciphertext.toString('base64'),
    associated_data: kind,
    nonce,
  };
}

/** What an `Authorization` header names, if the merchant's key signed the request. */
export function authorized(
  header: string,
  request: { readonly method: string; readonly path: string; readonly body: string },
  merchantKey: KeyObject,
): { readonly merchantId: string; readonly serial: string; readonly timestamp: number } | null {
  const [scheme, facts = ''] = header.split(' ');
  if (scheme !== 'WECHATPAY2-SHA256-RSA2048') return null;
  const of = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(facts)?.[1] ?? '';
  const text = [request.method, request.path, of('timestamp'), of('nonce_str'), request.body, ''].join('\n');
  const right = createVerify('RSA-SHA256').update(text).verify(merchantKey, of('signature'), 'base64');
  return right ? { merchantId: of('mchid'), serial: of('serial_no'), timestamp: Number(of('timestamp')) } : null;
}
