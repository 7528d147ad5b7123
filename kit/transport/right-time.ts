import { macOf, sameMac } from './signature.ts';

/** What a telling of the time is bound to. */
interface Asked {
  readonly secret: string;
  /** The header of the call that was refused for its time. No two calls have the same. */
  readonly header: string;
}

/** Tells a caller that knows the secret, but not the time, what time it is: for the refusal of its call, milliseconds since 1970 and an HMAC over them and that call. */
export function writeRightTime(now: Date, { secret, header }: Asked): string {
  const time = `${now.getTime()}`;
  return `${time}|${macOf(secret, `right time|${time}`, header, '')}`;
}

const form = /^(\d{1,15})\|([\w-]{43})$/;

/** The time that the refusal of this call tells; null unless somebody wrote it who knows the secret, and for this call. */
export function readRightTime(text: string, { secret, header }: Asked): Date | null {
  const [, time = '', mac = ''] = form.exec(text) ?? [];
  return time !== '' && sameMac(mac, macOf(secret, `right time|${time}`, header, '')) ? new Date(Number(time)) : null;
}
