import type { Catalogue, DemoChannel } from './catalogue.ts';
import { shopPrice } from './prices.ts';

/** What a channel asks for a category when it isn't the usual price. */
const agreements: readonly { readonly channel: DemoChannel; readonly category: string; readonly percent: number }[] = [
  { channel: 'app', category: 'earbuds', percent: 95 },
  { channel: 'app', category: 'wearables', percent: 96 },
  { channel: 'mini-program', category: 'tea', percent: 92 },
  { channel: 'mini-program', category: 'fruit', percent: 90 },
  { channel: 'store', category: 'cookware', percent: 104 },
  { channel: 'store', category: 'makeup', percent: 105 },
];

/** The price of a SKU in one channel, fen. */
export interface ChannelPrice {
  readonly skuCode: string;
  readonly channel: DemoChannel;
  readonly priceMinor: number;
}

/** The SKUs that cost something else in a channel than elsewhere. */
export function channelPricesOf({ products }: Catalogue): ChannelPrice[] {
  return agreements.flatMap(({ channel, category, percent }) =>
    products
      .filter(({ categorySlug, channels }) => categorySlug === category && channels.includes(channel))
      .flatMap(({ skus }) => skus)
      .map(({ code, priceMinor }) => ({
        skuCode: code,
        channel,
        priceMinor: shopPrice(Math.round((priceMinor * percent) / 100)),
        usualMinor: priceMinor,
      }))
      .filter(({ priceMinor, usualMinor }) => priceMinor !== usualMinor)
      .map(({ skuCode, channel, priceMinor }) => ({ skuCode, channel, priceMinor })),
  );
}
