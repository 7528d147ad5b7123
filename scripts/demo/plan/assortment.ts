import type { Faker } from '@faker-js/faker';
import type { Catalogue, DemoChannel, DemoSku } from '../catalogue/catalogue.ts';
import { chanceOf } from '../catalogue/chance.ts';
import type { ChannelPrice } from '../catalogue/channel-prices.ts';

/** Something that can be bought in a channel, at that channel's price. */
export interface Offer {
  readonly sku: DemoSku;
  readonly productSlug: string;
  readonly priceMinor: number;
}

/** Draws what people buy in a channel: dear things seldom, and some things far more often than others. */
export type DrawOffer = (faker: Faker, channel: DemoChannel) => Offer;

interface Shelf {
  readonly offers: readonly Offer[];
  /** The running sum of the weights. */
  readonly upTo: readonly number[];
}

/** How often a product is bought compared to the others, up to 1. */
export function popularityOf(productSlug: string): number {
  return 0.02 + chanceOf(`${productSlug} sells`) ** 3;
}

/** Prepares the drawing from everything that a channel sells. */
export function drawOffers(catalogue: Catalogue, channelPrices: readonly ChannelPrice[]): DrawOffer {
  const prices = new Map(channelPrices.map((price) => [`${price.channel} ${price.skuCode}`, price.priceMinor]));
  const shelves = new Map<DemoChannel, Shelf>();

  function shelfOf(channel: DemoChannel): Shelf {
    const known = shelves.get(channel);
    if (known) return known;
    const offers: Offer[] = [];
    const upTo: number[] = [];
    let sum = 0;
    for (const { slug, channels, skus } of catalogue.products) {
      if (!channels.includes(channel)) continue;
      for (const sku of skus) {
        const priceMinor = prices.get(`${channel} ${sku.code}`) ?? sku.priceMinor;
        sum += popularityOf(slug) / (skus.length * Math.sqrt(priceMinor));
        offers.push({ sku, productSlug: slug, priceMinor });
        upTo.push(sum);
      }
    }
    const shelf = { offers, upTo };
    shelves.set(channel, shelf);
    return shelf;
  }

  return (faker, channel) => {
    const { offers, upTo } = shelfOf(channel);
    const drawn = faker.number.float({ max: upTo.at(-1) ?? 0 });
    const offer = offers[firstAtLeast(upTo, drawn)];
    if (!offer) throw new Error(`nothing is sold in ${channel}`);
    return offer;
  };
}

/** The index of the first of the rising numbers that is at least `value`. */
function firstAtLeast(rising: readonly number[], value: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
