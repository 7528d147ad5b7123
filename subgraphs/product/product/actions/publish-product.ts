import {
  accepted,
  currencyMismatch,
  invalidInput,
  invalidState,
  notFound,
  refused,
  type Outcome,
  type Refusal,
} from '#kit/user-error/user-error.ts';
import { currencyOf, isChannel } from '../../channel/domain/channels.ts';
import { bookPrice, skusOf, type Product } from '../domain/product.ts';
import { published } from '../domain/write-product.ts';
import type { Catalogue } from './catalogue.ts';
import { changeProduct } from './change-product.ts';

/** What `PublishProductInput` asks for. */
export interface PublishProduct {
  readonly productId: string;
  readonly channels: readonly string[];
}

/** Puts a product on sale in channels, in addition to those it is in. Doing it again changes nothing. */
export async function publishProduct(
  catalogue: Catalogue,
  { productId, channels }: PublishProduct,
): Promise<Outcome<Product>> {
  if (channels.length === 0) {
    return refused(invalidInput(['channels'], { en: 'Name at least one channel.', zh: '请至少指定一个渠道。' }));
  }
  const unknown = unknownChannels(channels, ['channels']);
  if (unknown.length > 0) return refused(...unknown);
  return changeProduct(catalogue, productId, (product, now) => {
    if (product.status === 'ARCHIVED') return refused(invalidState(['productId'], { state: product.status }));
    if (channels.every((channel) => product.channels.includes(channel))) return accepted(product);
    const unpriced = channelsWithoutPrice(product, channels, ['channels']);
    return unpriced.length > 0 ? refused(...unpriced) : accepted(published(product, channels, now));
  });
}

/** NOT_FOUND for each code that no channel has. */
export function unknownChannels(channels: readonly string[], path: readonly string[]): Refusal[] {
  return channels.flatMap((channel, index) =>
    isChannel(channel) ? [] : [notFound([...path, String(index)], 'channel')],
  );
}

/** CURRENCY_MISMATCH for each channel in whose currency a SKU has no price. */
export function channelsWithoutPrice(
  product: Product,
  channels: readonly string[],
  path: readonly string[],
): Refusal[] {
  return channels.flatMap((channel, index) => {
    const currency = currencyOf(channel);
    const unpriced = skusOf(product).find((sku) => bookPrice(sku, channel, currency) === null);
    return unpriced === undefined
      ? []
      : [currencyMismatch([...path, String(index)], currency, unpriced.price.currency)];
  });
}
