import { sign, verify } from 'node:crypto';
import { chinaTime, instantOfChinaTime } from '../china-time.ts';
import { NotificationRefused } from '../payment-provider.ts';
import type { AlipaySettings } from './alipay-settings.ts';

/** What is asked of the gateway. */
export interface AlipayRequest {
  /** Such as `alipay.trade.query`. */
  readonly method: string;
  /** What the method takes. */
  readonly content: object;
  readonly notifyUrl?: string;
}

const windowSeconds = 300;

/** Parameters in the order of their names, as they are signed. */
function signedText(parameters: Readonly<Record<string, string>>): Buffer {
  const inOrder = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.from(inOrder.map(([name, value]) => `${name}=${value}`).join('&'));
}

/** The parameters of a request, signed with RSA2 (SHA-256 with RSA). */
export function signedRequest(settings: AlipaySettings, request: AlipayRequest, at: Date): URLSearchParams {
  const parameters: Record<string, string> = {
    app_id: settings.appId,
    method: request.method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: chinaTime(at),
    version: '1.0',
    ...(request.notifyUrl !== undefined && { notify_url: request.notifyUrl }),
    biz_content: JSON.stringify(request.content),
  };
  const signature = sign('RSA-SHA256', signedText(parameters), settings.appKey);
  return new URLSearchParams({ ...parameters, sign: signature.toString('base64') });
}

/**
 * The part of an answer that Alipay signed, as the very text that was signed: a JSON object. Null when it isn't Alipay's own. The signature is over the raw text, so
 * the text is cut out, not written again.
 */
export function signedAnswer({ alipayKey }: AlipaySettings, method: string, raw: string): string | null {
  const name = `${method.replaceAll('.', '_')}_response`;
  const [, node, signature] =
    /^\s*\{\s*"[a-z_]+"\s*:\s*(\{[^]*\})\s*,\s*"sign"\s*:\s*"([^"]+)"\s*\}\s*$/.exec(raw) ?? [];
  if (node === undefined || signature === undefined || !raw.trimStart().startsWith(`{"${name}"`)) return null;
  const plain = signature.replaceAll(String.raw`\/`, '/');
  return verify('RSA-SHA256', Buffer.from(node), alipayKey, Buffer.from(plain, 'base64')) ? node : null;
}

/**
 * The parameters of a callback, once it is sure that they are Alipay's own and were said within 300 s of now. Only RSA2 is taken: SHA-1 (`RSA`) is refused whatever
 * the callback says of itself. Throws NotificationRefused otherwise.
 */
export function verifiedParameters(
  { alipayKey }: AlipaySettings,
  rawBody: Buffer,
  now: Date,
): Readonly<Record<string, string>> {
  const given = [...new URLSearchParams(rawBody.toString('utf8'))];
  const parameters = Object.fromEntries(given);
  // A name that comes twice could be read in two ways.
  if (Object.keys(parameters).length !== given.length) throw new NotificationRefused('BODY');
  const { sign: signature = '', sign_type: type, ...said } = parameters;
  const readable = type === 'RSA2' && (said['charset'] ?? 'utf-8').toLowerCase() === 'utf-8';
  if (!readable || !verify('RSA-SHA256', signedText(said), alipayKey, Buffer.from(signature, 'base64'))) {
    throw new NotificationRefused('SIGNATURE');
  }
  const age = now.getTime() - instantOfChinaTime(said['notify_time'] ?? '').getTime();
  if (!(Math.abs(age) <= windowSeconds * 1000)) throw new NotificationRefused('TIME');
  return said;
}
