import { randomFillSync } from 'node:crypto';

const prefixes = {
  product: 'prd',
  sku: 'sku',
  category: 'cat',
  brand: 'brd',
  supplier: 'sup',
  importJob: 'imp',
  promotion: 'prm',
  couponTemplate: 'cpt',
  coupon: 'cpn',
  flashSale: 'fls',
  flashSaleItem: 'fsi',
  flashTicket: 'ftk',
  presale: 'prs',
  member: 'mbr',
  identity: 'idn',
  session: 'ses',
  refreshToken: 'rft',
  address: 'adr',
  pointsLot: 'lot',
  pointsEntry: 'pte',
  growthEntry: 'gwe',
  staff: 'stf',
  partner: 'ptn',
  apiKey: 'key',
  cart: 'crt',
  cartLine: 'crl',
  order: 'ord',
  orderLine: 'orl',
  orderEdit: 'edt',
  payment: 'pay',
  refund: 'rfd',
  afterSale: 'afs',
  returnReceipt: 'rcp',
  invoice: 'inv',
  timeline: 'tml',
  warehouse: 'whs',
  stockMovement: 'mov',
  reservation: 'rsv',
  fulfillment: 'ful',
  parcel: 'pcl',
  shipment: 'shp',
  event: 'evt',
  auditEntry: 'aud',
  job: 'job',
  request: 'req',
} as const;

/** What an id names; each kind has its own three-letter prefix. */
export type IdKind = keyof typeof prefixes;

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const timeDigits = 10;
const halfDigits = 8;
const body = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
/** The random part is counted in two halves of 40 bits: numbers, which are several times faster here than big ones. */
const half = 2 ** 40;

let lastTime = -1;
let lastTimeText = '';
let lastHigh = 0;
let lastLow = 0;

/**
 * A new id such as `ord_01JD9YB3QJ8H1V6Z3S4T5W6X7Y`: prefix and ULID (48 bits of milliseconds, 80 random bits,
 * Crockford base 32). Ids made by one process sort in the order of making, also within a millisecond and when the
 * machine's clock steps back. The successor is a random step of up to 2^56 ahead, not +1: a guest's cart is reached by
 * its id alone, so ids must not be guessable from a neighbour.
 */
export function newId(kind: IdKind): string {
  const now = Date.now();
  if (now > lastTime) startMillisecond(now);
  else {
    lastLow += 1 + randomBytes(5);
    lastHigh += randomBytes(2);
    if (lastLow >= half) {
      lastLow -= half;
      lastHigh += 1;
    }
    if (lastHigh >= half) startMillisecond(lastTime + 1);
  }
  return `${prefixes[kind]}_${lastTimeText}${encode(lastHigh, halfDigits)}${encode(lastLow, halfDigits)}`;
}

/** A fresh random part leaves its top bit free: room for 2^23 of the largest steps inside one millisecond. */
function startMillisecond(time: number): void {
  lastTime = time;
  lastTimeText = encode(time, timeDigits);
  lastHigh = randomBytes(5) % (half / 2);
  lastLow = randomBytes(5);
}

/** Whether `value` has the shape of an id of that kind. Says nothing about whether the thing exists. */
export function isId(kind: IdKind, value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(`${prefixes[kind]}_`) && body.test(value.slice(4));
}

/** When the id was made, to the millisecond. RangeError unless it is an id of some kind. */
export function idTime(id: string): Date {
  if (!/^[a-z]{3}_/.test(id) || !body.test(id.slice(4))) throw new RangeError('not an id');
  let time = 0;
  for (const digit of id.slice(4, 4 + timeDigits)) time = time * 32 + alphabet.indexOf(digit);
  return new Date(time);
}

function encode(value: number, digits: number): string {
  let text = '';
  let rest = value;
  for (let digit = 0; digit < digits; digit += 1) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

const pool = Buffer.alloc(4096);
let poolUsed = pool.length;

/** A whole number of so many secure random bytes, drawn from a pool: asking the system once per id would cost more than the id itself. */
function randomBytes(count: number): number {
  if (poolUsed + count > pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  const drawn = pool.readUIntBE(poolUsed, count);
  poolUsed += count;
  return drawn;
}
