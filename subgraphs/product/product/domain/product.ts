import { compare, type Money } from '#kit/money/money.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import { textIn, type LocalText } from './local-text.ts';

export type ProductStatus = 'DRAFT' | 'PUBLISHED' | 'ARCHIVED';

export interface ProductImage {
  readonly url: string;
  readonly alt: string | null;
}

/** A choice such as size, with its values in order. */
export interface ProductOption {
  readonly name: string;
  readonly values: readonly string[];
}

/** One value of an option, or of an attribute. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** A price that one channel's price book sets against the SKU's own. */
export interface ChannelPrice {
  readonly channel: string;
  readonly price: Money;
  readonly compareAtPrice: Money | null;
}

/** The exact thing that is bought. Lives inside its product: they change together. */
export interface Sku {
  readonly id: string;
  readonly code: string;
  readonly title: LocalText | null;
  /** In the order of the product's options; empty when it has none. */
  readonly options: readonly NamedValue[];
  readonly price: Money;
  readonly compareAtPrice: Money | null;
  readonly cost: Money | null;
  readonly channelPrices: readonly ChannelPrice[];
  readonly weightGrams: number;
  readonly barcode: string | null;
  readonly imageUrl: string | null;
  /** Whether any warehouse can send one, as logistics last said. */
  readonly inStock: boolean;
  /** No longer made: not listed or sold, but known to old orders. */
  readonly retired: boolean;
}

/** A product with its SKUs: the unit that is read, written and published. */
export interface Product {
  readonly id: string;
  readonly slug: string;
  readonly title: LocalText;
  readonly description: LocalText | null;
  readonly status: ProductStatus;
  /** Codes of the channels it is for sale in; empty unless it is PUBLISHED. */
  readonly channels: readonly string[];
  /** Every channel it ever was for sale in: feeds must tell those of its end. */
  readonly formerChannels: readonly string[];
  readonly categoryId: string | null;
  readonly brandId: string | null;
  readonly supplierId: string | null;
  readonly images: readonly ProductImage[];
  readonly options: readonly ProductOption[];
  readonly attributes: readonly NamedValue[];
  readonly tags: readonly string[];
  readonly skus: readonly Sku[];
  readonly salesCount: number;
  /** Grows by one with every change: the version of its events. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly publishedAt: Date | null;
}

/** A SKU with the product it belongs to: neither says enough alone. */
export interface SkuOfProduct {
  readonly product: Product;
  readonly sku: Sku;
}

/** The SKUs that are still made. */
export function skusOf(product: Product): readonly Sku[] {
  return product.skus.filter((sku) => !sku.retired);
}

/** Whether shoppers see the product in the channel. */
export function isForSale(product: Product, channel: string): boolean {
  return product.status === 'PUBLISHED' && product.channels.includes(channel);
}

/** The SKU's price in a price book, whether or not it is on sale there. Null when its own price is in another currency. */
export function bookPrice(sku: Sku, channel: string, currency: string): Omit<ChannelPrice, 'channel'> | null {
  const own = sku.channelPrices.find((entry) => entry.channel === channel) ?? sku;
  return own.price.currency === currency ? own : null;
}

/** What a shopper pays for one piece in the channel before promotions; null when it must not be sold there. */
export function priceIn({ product, sku }: SkuOfProduct, channel: string, currency: string): Money | null {
  if (sku.retired || !isForSale(product, channel)) return null;
  return bookPrice(sku, channel, currency)?.price ?? null;
}

/** The price to cross out beside it: null unless it is above the price. */
export function compareAtPriceIn(of: SkuOfProduct, channel: string, currency: string): Money | null {
  const price = priceIn(of, channel, currency);
  const former = bookPrice(of.sku, channel, currency)?.compareAtPrice ?? null;
  return price !== null && former !== null && compare(former, price) > 0 ? former : null;
}

/** The lowest and the highest price in the channel; null when nothing of it is sold there. */
export function priceRangeIn(product: Product, channel: string, currency: string): { min: Money; max: Money } | null {
  const prices = product.skus.flatMap((sku) => priceIn({ product, sku }, channel, currency) ?? []).toSorted(compare);
  const min = prices.at(0);
  const max = prices.at(-1);
  return min === undefined || max === undefined ? null : { min, max };
}

/** What tells a SKU apart: its own title, else its option values, else the title of its product. */
export function skuTitle({ product, sku }: SkuOfProduct, locale: Locale): string {
  if (sku.title !== null) return textIn(locale, sku.title);
  if (sku.options.length > 0) return sku.options.map((option) => option.value).join(' / ');
  return textIn(locale, product.title);
}

/** Product and SKU in one line, fit for an order: `海蓝衬衫 红 / M`. */
export function lineTitle(of: SkuOfProduct, locale: Locale): string {
  const product = textIn(locale, of.product.title);
  const sku = skuTitle(of, locale);
  return sku === product ? product : `${product} ${sku}`;
}
