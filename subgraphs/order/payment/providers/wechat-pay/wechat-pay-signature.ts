import { createDecipheriv, randomBytes, sign, verify } from 'node:crypto';
import { NotificationRefused } from '../payment-provider.ts';
import type { WeChatPaySettings } from './wechat-pay-settings.ts';

/** Names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const scheme = 'WECHATPAY2-SHA256-RSA2048';
const windowSeconds = 300;
const tagBytes = 16;

/** The lines that are signed, each ended by a line break. */
const linesOf = (...lines: readonly (string | Buffer)[]) =>
  Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));

/** SHA-256 with RSA over lines, in base64. */
export function signLines({ merchantKey }: WeChatPaySettings, ...lines: readonly string[]): string {
  return sign('RSA-SHA256', linesOf(...lines), merchantKey).toString('base64');
}

export const nonce = (): string => randomBytes(16).toString('hex');

/** The `Authorization` header of a request. `path` with its query. */
export function authorizationOf(
  settings: WeChatPaySettings,
  request: { readonly method: string; readonly path: string; readonly body: string; readonly at: Date },
): string {
  const timestamp = String(Math.floor(request.at.getTime() / 1000));
  const nonceText = nonce();
  const signature = signLines(settings, request.method, request.path, timestamp, nonceText, request.body);
  const { merchantId, merchantSerial } = settings;
  return `${scheme} mchid="${merchantId}",nonce_str="${nonceText}",signature="${signature}",timestamp="${timestamp}",serial_no="${merchantSerial}"`;
}

/**
 * Whether an answer or a callback is WeChat Pay's own word, said within 300 s of now: SHA-256 with RSA over time, nonce and the raw body by the key that the serial
 * number names. Throws NotificationRefused otherwise.
 */
export function verifyWord({ platformKeys }: WeChatPaySettings, headers: Headers, rawBody: Buffer, now: Date): void {
  const of = (name: string) => String(headers[`wechatpay-${name}`] ?? '');
  const key = platformKeys.get(of('serial'));
  const type = of('signature-type') || scheme;
  if (key === undefined || type !== scheme) throw new NotificationRefused('SIGNATURE');
  const signature = Buffer.from(of('signature'), 'base64');
  if (!verify('RSA-SHA256', linesOf(of('timestamp'), of('nonce'), rawBody), key, signature)) {
    throw new NotificationRefused('SIGNATURE');
  }
  const age = now.getTime() / 1000 - Number(of('timestamp'));
  if (!(Math.abs(age) <= windowSeconds)) throw new NotificationRefused('TIME');
}

/** What a notification holds, AES-256-GCM under the APIv3 key. Throws NotificationRefused when it wasn't sealed with it. */
export function openResource(
  { apiV3Key }: WeChatPaySettings,
  resource: { readonly ciphertext: string; readonly nonce: string; readonly associated_data?: string },
): string {
  const sealed = Buffer.from(resource.ciphertext, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', apiV3Key, resource.nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(resource.associated_data ?? ''));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    throw new NotificationRefused('SIGNATURE');
  }
}
