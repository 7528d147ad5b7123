import type { ChannelPrice, Product } from './product.ts';

/** The product with a SKU's price in one channel's price book set, or returned to the SKU's own price by null. */
export function withChannelPrice(
  product: Product,
  skuId: string,
  channel: string,
  price: Omit<ChannelPrice, 'channel'> | null,
  now: Date,
): Product {
  const skus = product.skus.map((sku) => {
    if (sku.id !== skuId) return sku;
    const others = sku.channelPrices.filter((entry) => entry.channel !== channel);
    return { ...sku, channelPrices: price === null ? others : [...others, { channel, ...price }] };
  });
  return { ...product, skus, revision: product.revision + 1, updatedAt: now };
}
