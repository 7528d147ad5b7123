import type { Faker } from '@faker-js/faker';
import { allocate } from '#kit/money/allocate.ts';
import type { DemoChannel } from '../catalogue/catalogue.ts';
import type { DemoAddress, DemoMember } from '../people/members.ts';
import type { DrawOffer, Offer } from './assortment.ts';
import { lifeOf, type OrderLife, placedAtOf, unpaid } from './order-life.ts';

/** A line of a planned order; amounts in fen. */
export interface PlannedLine {
  readonly skuCode: string;
  readonly productSlug: string;
  readonly weightGrams: number;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** What is paid for the whole line after its share of the discount. */
  readonly totalMinor: number;
}

/** An order of the past. Σ line totals + freight is what was paid. */
export interface PlannedOrder extends OrderLife {
  /** Always the same for the same order of the same seed. */
  readonly key: string;
  /** The index of the member who placed it. */
  readonly member: number;
  readonly channel: DemoChannel;
  readonly address: DemoAddress;
  readonly lines: readonly PlannedLine[];
  readonly freightMinor: number;
  /** In how many parcels it is sent: 1 or 2. */
  readonly parcels: number;
}

/** What a period's orders are made of. */
interface OrderWishes {
  readonly faker: Faker;
  readonly members: readonly DemoMember[];
  readonly draw: DrawOffer;
  readonly count: number;
  readonly days: number;
  readonly now: Date;
}

/** Among the latest orders every so many-th is the first member's, the demo shopper's, who so has some under way. */
const latest = 150;
const shopperEvery = 15;
/** So many of the orders were placed in the last minutes and wait for their payment. */
const waitingNow = 24;
const waitingMinutes = 15;
const channels = [
  { weight: 34, value: 'app' },
  { weight: 30, value: 'mini-program' },
  { weight: 26, value: 'web' },
  { weight: 10, value: 'store' },
] as const;
/** What an order saves from an amount on, fen: as the full-reduction offer does. */
const reductions = [
  { fromMinor: 69_900, offMinor: 10_000 },
  { fromMinor: 39_900, offMinor: 5_000 },
  { fromMinor: 19_900, offMinor: 2_000 },
];
const freeShippingFromMinor = 9_900;
const freightMinor = 800;
/** Parts of the orders that were reduced, and of those with several lines that are sent in two parcels. */
const reducedShare = 0.3;
const twoParcelsShare = 0.5;
const cheapMinor = 10_000;

/** Plans orders in the order of their placing, the last ones unpaid. */
export function planOrders(wishes: OrderWishes): PlannedOrder[] {
  const { faker, members, count, days, now } = wishes;
  const buyers = members.map((member, value) => ({ value, weight: member.activity }));
  const placings = Array.from({ length: count - waitingNow }, () => placedAtOf(faker, now, days));
  const lately = Array.from(
    { length: waitingNow },
    () => new Date(now.getTime() - faker.number.int({ min: 10_000, max: waitingMinutes * 60_000 })),
  );
  return [...placings, ...lately]
    .sort((a, b) => a.getTime() - b.getTime())
    .map((placedAt, index) =>
      planOrder(wishes, {
        key: `demo-order-${String(index + 1).padStart(5, '0')}`,
        member: isShoppers(count - index) ? 0 : faker.helpers.weightedArrayElement(buyers),
        placedAt,
        waiting: lately.includes(placedAt),
      }),
    );
}

/** `fromEnd` counts from 1, the last order. */
function isShoppers(fromEnd: number): boolean {
  return fromEnd <= latest && fromEnd % shopperEvery === 1;
}

function planOrder(
  { faker, members, draw, now }: OrderWishes,
  { key, member, placedAt, waiting }: { key: string; member: number; placedAt: Date; waiting: boolean },
): PlannedOrder {
  const channel = faker.helpers.weightedArrayElement(channels);
  const lines = planLines(faker, () => draw(faker, channel));
  const parcels = lines.length > 1 && faker.datatype.boolean(twoParcelsShare) ? 2 : 1;
  const life = waiting ? unpaid(placedAt) : lifeOf(faker, placedAt, now, parcels);
  const paidForGoods = lines.reduce((sum, line) => sum + line.totalMinor, 0);
  const addresses = members[member]?.addresses ?? [];
  return {
    ...life,
    key,
    member,
    channel,
    address: faker.helpers.arrayElement(addresses),
    lines,
    freightMinor: paidForGoods >= freeShippingFromMinor ? 0 : freightMinor,
    parcels,
  };
}

function planLines(faker: Faker, draw: () => Offer): PlannedLine[] {
  const wanted = faker.helpers.weightedArrayElement([
    { weight: 55, value: 1 },
    { weight: 28, value: 2 },
    { weight: 12, value: 3 },
    { weight: 5, value: 4 },
  ]);
  const offers = new Map(Array.from({ length: wanted }, draw).map((offer) => [offer.sku.code, offer]));
  const full = [...offers.values()].map(({ sku, productSlug, priceMinor }) => {
    const quantity = priceMinor < cheapMinor && faker.datatype.boolean(0.35) ? faker.number.int({ min: 2, max: 3 }) : 1;
    const { code: skuCode, weightGrams } = sku;
    return {
      skuCode,
      productSlug,
      weightGrams,
      quantity,
      unitPriceMinor: priceMinor,
      totalMinor: priceMinor * quantity,
    };
  });
  const amounts = full.map(({ totalMinor }) => totalMinor);
  const subtotal = amounts.reduce((sum, amount) => sum + amount, 0);
  const reduced = faker.datatype.boolean(reducedShare)
    ? reductions.find(({ fromMinor }) => subtotal >= fromMinor)
    : undefined;
  const shares = allocate(reduced?.offMinor ?? 0, amounts, amounts);
  return full.map((line, index) => ({ ...line, totalMinor: line.totalMinor - (shares[index] ?? 0) }));
}
