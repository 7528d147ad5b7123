import { createHmac, timingSafeEqual } from 'node:crypto';
import { NotificationRefused } from '../payment-provider.ts';

const windowSeconds = 300;

/**
 * Makes sure that a webhook is Stripe's own, said within 300 s of now: the `Stripe-Signature` header names the time (`t`) and HMAC-SHA256 over time, a dot and
 * the raw body (`v1`, several while a secret is changed). Other schemes don't count. Throws NotificationRefused otherwise.
 */
export function verifyWebhook(secrets: readonly string[], header: string, rawBody: Buffer, now: Date): void {
  const parts = header.split(',').map((part) => part.trim().split('=', 2));
  const times = parts.flatMap(([name, value = '']) => (name === 't' ? [value] : []));
  const given = parts.flatMap(([name, value = '']) => (name === 'v1' ? [Buffer.from(value, 'hex')] : []));
  const [time = ''] = times;
  const right = secrets.map((secret) => createHmac('sha256', secret).update(`${time}.`).update(rawBody).digest());
  const matches = given.some((one) => right.some((it) => one.length === it.length && timingSafeEqual(one, it)));
  if (times.length !== 1 || !matches) throw new NotificationRefused('SIGNATURE');
  const age = now.getTime() / 1000 - Number(time);
  if (!(Math.abs(age) <= windowSeconds)) throw new NotificationRefused('TIME');
}
