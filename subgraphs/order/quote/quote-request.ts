import type { SkuFacts } from '#kit/neighbours/product.ts';
import type { QuoteRequest } from '#kit/neighbours/promotion.ts';

/** A line that can be priced: its SKU is sold in the channel. */
export interface PriceableLine {
  readonly lineId: string;
  readonly quantity: number;
  readonly facts: SoldSku;
}

/** Facts of a SKU that has a price in the channel. */
export type SoldSku = SkuFacts & { readonly price: NonNullable<SkuFacts['price']> };

/** Whether a SKU is sold in the channel that its facts were asked for. */
export function isSold(facts: SkuFacts | undefined): facts is SoldSku {
  return facts !== undefined && facts.price !== null;
}

/** What promotion is asked for these lines. */
export function quoteRequestOf(lines: readonly PriceableLine[], asked: Omit<QuoteRequest, 'lines'>): QuoteRequest {
  return {
    ...asked,
    lines: lines.map(({ lineId, quantity, facts }) => ({
      lineId,
      skuId: facts.skuId,
      productId: facts.productId,
      brandId: facts.brandId,
      categorySlugs: facts.categorySlugs,
      quantity,
      unitPriceMinor: facts.price.minor,
      floorMinor: facts.floorMinor,
    })),
  };
}
