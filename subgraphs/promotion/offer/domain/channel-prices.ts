import { currencyMismatch, invalidInput, notFound, type Refusal } from '#kit/user-error/user-error.ts';

/** Channel prices by SKU, one map for each channel of an offer; a SKU that isn't sold there is absent. Minor units. */
export type ChannelPrices = readonly ReadonlyMap<string, { readonly minor: number; readonly currency: string }>[];

/** One SKU at a price of its own, minor units; `path` says where the input describes it. */
export interface PricedSku {
  readonly skuId: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly path: readonly string[];
}

/** Why a SKU can't be offered at its price: NOT_FOUND where a channel doesn't sell it, CURRENCY_MISMATCH, or INVALID_INPUT unless it is below every channel price. */
export function priceRefusals(
  { skuId, priceMinor, currency, path }: PricedSku,
  prices: ChannelPrices,
  { mayEqual = false }: { readonly mayEqual?: boolean } = {},
): Refusal[] {
  for (const inChannel of prices) {
    const price = inChannel.get(skuId);
    if (!price) return [notFound([...path, 'skuId'], 'sku')];
    if (price.currency !== currency)
      return [currencyMismatch([...path, 'price', 'currency'], price.currency, currency)];
    if (priceMinor < price.minor || (mayEqual && priceMinor === price.minor)) continue;
    const wording = mayEqual
      ? { en: 'The price must not be above the channel price.', zh: '价格不得高于渠道价。' }
      : { en: 'The price must be below the channel price.', zh: '秒杀价须低于渠道价。' };
    return [invalidInput([...path, 'price'], wording)];
  }
  return [];
}
