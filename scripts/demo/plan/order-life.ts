import type { Faker } from '@faker-js/faker';

/** Where an order of the past stands. */
export type OrderStanding =
  | 'PENDING_PAYMENT'
  | 'PAID'
  | 'PARTIALLY_SHIPPED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'COMPLETED'
  | 'CANCELLED'
  | 'CLOSED';

/** When an order took its steps; null for those that it hasn't taken. */
export interface OrderLife {
  readonly status: OrderStanding;
  readonly placedAt: Date;
  readonly paidAt: Date | null;
  /** When its first parcel left. */
  readonly firstShippedAt: Date | null;
  /** When its last parcel left. */
  readonly shippedAt: Date | null;
  /** When its last parcel arrived. */
  readonly deliveredAt: Date | null;
  readonly completedAt: Date | null;
  /** When it was cancelled or closed. */
  readonly endedAt: Date | null;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** An unpaid order closes by itself after this time. */
const unpaidLimit = 30 * minute;

/**
 * Of 100 orders, how many were closed because nobody paid, and how many were cancelled by their shopper: before paying, or soon after it and so
 * with a full refund.
 */
const endings = [
  { weight: 4, value: 'UNPAID' },
  { weight: 3, value: 'CANCELLED_UNPAID' },
  { weight: 3, value: 'CANCELLED_PAID' },
  { weight: 90, value: null },
] as const;

/** How long packing takes, from paying to the last parcel's leaving. The second parcel waits until its goods are there. */
const packing = { one: { min: 8 * hour, max: 52 * hour }, more: { min: 30 * hour, max: 96 * hour } };

/** When the first of several parcels leaves, as a part of the time until the last one does. */
const firstParcelLeaves = 0.25;

/**
 * The life of an order from its placing to `now`: paid within minutes, shipped within days, delivered within five more, received
 * within a week. `parcels` is how many it is sent in: with more than one it is partly shipped for a while.
 */
export function lifeOf(faker: Faker, placedAt: Date, now: Date, parcels: number): OrderLife {
  const until = now.getTime();
  const life = unpaid(placedAt);
  const ending = faker.helpers.weightedArrayElement(endings);
  const thinking = faker.number.int({ min: minute / 2, max: 20 * minute });
  const shipping = faker.number.int(parcels > 1 ? packing.more : packing.one);
  const travelling = faker.number.int({ min: 20 * hour, max: 5 * day });
  const receiving = faker.number.int({ min: 2 * hour, max: 7 * day });

  const regretting = faker.number.int({ min: 10 * minute, max: 90 * minute });

  const decided = placedAt.getTime() + (ending === 'UNPAID' ? unpaidLimit : thinking);
  if (decided > until) return life;
  if (ending === 'UNPAID') return { ...life, status: 'CLOSED', endedAt: new Date(decided) };
  if (ending === 'CANCELLED_UNPAID') return { ...life, status: 'CANCELLED', endedAt: new Date(decided) };

  const paidAt = new Date(decided);
  const regretted = decided + regretting;
  if (ending === 'CANCELLED_PAID' && regretted <= until) {
    return { ...life, status: 'CANCELLED', paidAt, endedAt: new Date(regretted) };
  }
  const firstShipped = decided + (parcels > 1 ? shipping * firstParcelLeaves : shipping);
  const shipped = decided + shipping;
  const delivered = shipped + travelling;
  const completed = delivered + receiving;
  if (firstShipped > until) return { ...life, status: 'PAID', paidAt };
  const begun = { ...life, paidAt, firstShippedAt: new Date(firstShipped) };
  if (shipped > until) return { ...begun, status: 'PARTIALLY_SHIPPED' };
  const sent = { ...begun, shippedAt: new Date(shipped) };
  if (delivered > until) return { ...sent, status: 'SHIPPED' };
  const arrived = { ...sent, deliveredAt: new Date(delivered) };
  if (completed > until) return { ...arrived, status: 'DELIVERED' };
  return { ...arrived, status: 'COMPLETED', completedAt: new Date(completed) };
}

/** The life of an order that waits for its payment. */
export function unpaid(placedAt: Date): OrderLife {
  const never = {
    paidAt: null,
    firstShippedAt: null,
    shippedAt: null,
    deliveredAt: null,
    completedAt: null,
    endedAt: null,
  };
  return { status: 'PENDING_PAYMENT', placedAt, ...never };
}

/**
 * When an order was placed: more often lately than half a year ago, and by day rather than by night in China.
 * `age` runs from 0 (now) to 1 (the beginning of the period).
 */
export function placedAtOf(faker: Faker, now: Date, days: number): Date {
  // The inverse of a distribution whose density falls from 1.5 to 0.5: half a year ago a third as many orders came as today.
  const age = 1.5 - Math.sqrt(0.25 + 2 * faker.number.float({ max: 1 }));
  const at = now.getTime() - age * days * day;
  const hourInChina = new Date(at + 8 * hour).getUTCHours();
  const asleep = hourInChina < 7;
  return new Date(asleep && at + 10 * hour < now.getTime() ? at + 10 * hour : at);
}
