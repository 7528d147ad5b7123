import { currencyMismatch, invalidInput, notFound, type Refusal } from '#kit/user-error/user-error.ts';

/** Channel prices by SKU, one map for each channel of an offer; a SKU that isn't sold there is absent. Minor units. */
export type ChannelPrices = readonly ReadonlyMap<string, ChannelPrice>[];

/** What one unit costs in a channel before promotions, and the least that may be left of it. */
interface ChannelPrice {
  readonly minor: number;
  readonly currency: string;
  readonly floorMinor: number;
}

/** One SKU at a price of its own, minor units; `path` says where the input describes it. */
export interface PricedSku {
  readonly skuId: string;
  readonly priceMinor: number;
  /** What is paid for it at the end, where that is less. */
  readonly paidMinor?: number;
  readonly currency: string;
  readonly path: readonly string[];
}

/** Why a SKU can't be offered at its price: NOT_FOUND where a channel doesn't sell it, CURRENCY_MISMATCH, or INVALID_INPUT unless it is below every channel price and not below its floor. */
export function priceRefusals(
  { skuId, priceMinor, paidMinor = priceMinor, currency, path }: PricedSku,
  prices: ChannelPrices,
  { mayEqual = false }: { readonly mayEqual?: boolean } = {},
): Refusal[] {
  for (const inChannel of prices) {
    const price = inChannel.get(skuId);
    if (!price) return [notFound([...path, 'skuId'], 'sku')];
    if (price.currency !== currency)
      return [currencyMismatch([...path, 'price', 'currency'], price.currency, currency)];
    if (paidMinor < price.floorMinor) {
      const wording = {
        en: 'The price must not be below its floor: cost and minimum margin.',
        zh: '价格不得低于底价（成本加最低毛利）。',
      };
      return [invalidInput([...path, 'price'], wording)];
    }
    if (priceMinor < price.minor || (mayEqual && priceMinor === price.minor)) continue;
    const wording = mayEqual
      ? { en: 'The price must not be above the channel price.', zh: '价格不得高于渠道价。' }
      : { en: 'The price must be below the channel price.', zh: '秒杀价须低于渠道价。' };
    return [invalidInput([...path, 'price'], wording)];
  }
  return [];
}
