import { randomFillSync } from 'node:crypto';

const prefixes = {
  product: 'prd',
  sku: 'sku',
  category: 'cat',
  brand: 'brd',
  importJob: 'imp',
  promotion: 'prm',
  couponTemplate: 'cpt',
  coupon: 'cpn',
  flashSale: 'fls',
  flashSaleItem: 'fsi',
  flashTicket: 'ftk',
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
  payment: 'pay',
  refund: 'rfd',
  afterSale: 'afs',
  timeline: 'tml',
  warehouse: 'whs',
  stockMovement: 'mov',
  reservation: 'rsv',
  fulfillment: 'ful',
  parcel: 'pcl',
  shipment: 'shp',
  event: 'evt',
  job: 'job',
  request: 'req',
} as const;

/** What an id names; each kind has its own three-letter prefix. */
export type IdKind = keyof typeof prefixes;

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const timeDigits = 10;
const randomDigits = 16;
const body = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
/** A fresh random part leaves its top bit free: room for 2^23 of the largest steps inside one millisecond. */
const freshBits = 79n;
const stepBits = 56n;
const randomEnd = 1n << 80n;

let lastTime = -1;
let lastRandom = 0n;

/**
 * A new id such as `ord_01JD9YB3QJ8H1V6Z3S4T5W6X7Y`: prefix and ULID (48 bits of milliseconds, 80 random bits,
 * Crockford base 32). Ids made by one process sort in the order of making, also within a millisecond and when the
 * machine's clock steps back. The successor is a random step of up to 2^56 ahead, not +1: a guest's cart is reached by
 * its id alone, so ids must not be guessable from a neighbour.
 */
export function newId(kind: IdKind): string {
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    lastRandom = randomBits(freshBits);
  } else {
    lastRandom += 1n + randomBits(stepBits);
    if (lastRandom >= randomEnd) {
      lastTime += 1;
      lastRandom = randomBits(freshBits);
    }
  }
  return `${prefixes[kind]}_${encode(BigInt(lastTime), timeDigits)}${encode(lastRandom, randomDigits)}`;
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

function encode(value: bigint, digits: number): string {
  let text = '';
  let rest = value;
  for (let digit = 0; digit < digits; digit += 1) {
    text = alphabet.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
}

const pool = Buffer.alloc(4096);
let poolUsed = pool.length;

/** Drawn from a pool of secure random bytes: asking the system once per id would cost more than the id itself. */
function randomBits(bits: bigint): bigint {
  const bytes = Math.ceil(Number(bits) / 8);
  if (poolUsed + bytes > pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  const drawn = BigInt(`0x${pool.toString('hex', poolUsed, poolUsed + bytes)}`);
  poolUsed += bytes;
  return BigInt.asUintN(Number(bits), drawn);
}
