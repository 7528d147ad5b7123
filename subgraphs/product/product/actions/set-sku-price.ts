import type { Money } from '#kit/money/money.ts';
import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { currencyOf, isChannel } from '../../channel/domain/channels.ts';
import { withChannelPrice } from '../domain/change-price.ts';
import { checkPrice } from '../domain/check-draft.ts';
import type { SkuOfProduct } from '../domain/product.ts';
import type { Catalogue } from './catalogue.ts';
import { changeProduct } from './change-product.ts';

/** What `SetSkuPriceInput` asks for; `price` null returns to the SKU's own price. */
export interface SetSkuPrice {
  readonly skuId: string;
  readonly channel: string;
  readonly price: Money | null;
  readonly compareAtPrice: Money | null;
}

/** Sets or clears a SKU's price in one channel's price book. */
export async function setSkuPrice(catalogue: Catalogue, input: SetSkuPrice): Promise<Outcome<SkuOfProduct>> {
  const { skuId, channel, price, compareAtPrice } = input;
  if (!isChannel(channel)) return refused(notFound(['channel'], 'channel'));
  if (price === null && compareAtPrice !== null) {
    return refused(invalidInput(['compareAtPrice'], { en: 'It needs a price beside it.', zh: '须同时给出价格。' }));
  }
  const wrong = [
    ...(price === null ? [] : checkPrice(price, ['price'], currencyOf(channel))),
    ...(compareAtPrice === null ? [] : checkPrice(compareAtPrice, ['compareAtPrice'], currencyOf(channel))),
  ];
  if (wrong.length > 0) return refused(...wrong);
  const [found] = await catalogue.products.bySkuIds([skuId]);
  if (found === undefined) return refused(notFound(['skuId'], 'sku'));
  const outcome = await changeProduct(catalogue, found.id, (product, now) => {
    if (product.status === 'ARCHIVED') return refused(invalidState(['skuId'], { state: product.status }));
    return accepted(withChannelPrice(product, skuId, channel, price === null ? null : { price, compareAtPrice }, now));
  });
  if (!outcome.ok) return outcome;
  const sku = outcome.value.skus.find(({ id }) => id === skuId);
  return sku === undefined ? refused(notFound(['skuId'], 'sku')) : accepted({ product: outcome.value, sku });
}
