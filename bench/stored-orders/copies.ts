import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';

/** A stored row of any kind. */
export type Row = mongo.Document & { _id: string };

/** Which copy, and how far it lies in the past. Every copy lies elsewhere, which makes its ids its own. */
interface Copy {
  readonly index: number;
  readonly agoMs: number;
}

/** What all copies share: the catalogue and the warehouses. */
const shared = new Set(['sku', 'prd', 'cat', 'brd', 'whs']);
const idPattern = /([a-z]{3})_([0-7][0-9A-HJKMNP-TV-Z]{9})([0-9A-HJKMNP-TV-Z]{16})/g;
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const orderNumber = /^\d{16}$/;

/**
 * Another shop's worth of the rows: the same orders of other people, some time earlier. Ids keep their random part and get an earlier time, so that what belonged
 * together still does; what was counted came before in the count as well, by `counted` for each copy.
 */
export function copyOf(row: Row, copy: Copy, counted: number): Row {
  const copied = copyValue(row, copy) as Row;
  if (copied._id === row._id) copied._id = hashed(row._id, copy);
  if (typeof copied['sequence'] === 'number') copied['sequence'] -= copy.index * counted;
  return copied;
}

function copyValue(value: unknown, copy: Copy): unknown {
  if (typeof value === 'string') return copyText(value, copy);
  if (value instanceof Date) return new Date(value.getTime() - copy.agoMs);
  if (Array.isArray(value)) return value.map((one) => copyValue(one, copy));
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copyValue(one, copy)]));
  }
  return value;
}

function copyText(text: string, { index, agoMs }: Copy): string {
  // A leading 1 is no year of ours: no order that comes later can have the number.
  if (orderNumber.test(text)) return `1${String(index).padStart(5, '0')}${text.slice(6)}`;
  return text.replaceAll(idPattern, (id, prefix: string, time: string, random: string) =>
    shared.has(prefix) ? id : `${prefix}_${earlier(time, agoMs)}${random}`,
  );
}

function earlier(time: string, agoMs: number): string {
  let ms = -agoMs;
  for (const [place, digit] of [...time].entries()) ms += digits.indexOf(digit) * 32 ** (time.length - 1 - place);
  let text = '';
  for (let place = 0; place < time.length; place += 1) {
    text = digits.charAt(ms % 32) + text;
    ms = Math.floor(ms / 32);
  }
  return text;
}

/** A key that is a hash itself, of something that the copy has otherwise. */
function hashed(key: string, { index }: Copy): string {
  const hash = createHash('sha256').update(`${key}#${index}`).digest('base64url');
  return key.startsWith('crt_') ? `crt_${hash.slice(0, 32)}` : hash;
}
