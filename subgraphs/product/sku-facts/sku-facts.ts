import type { SkuFacts } from '#kit/neighbours/product.ts';
import type { Known } from '#kit/near-cache/known.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { CategoryTree } from '../category/domain/category-tree.ts';
import { currencyOf, isChannel } from '../channel/domain/channels.ts';
import { priceFloorIn } from '../product/domain/price-floor.ts';
import { lineTitle, priceIn, type Product, type SkuOfProduct } from '../product/domain/product.ts';

/** Which SKUs a neighbour asks about. */
export interface SkuFactsQuestion {
  readonly skuIds?: readonly string[] | undefined;
  readonly codes?: readonly string[] | undefined;
  readonly channel: string;
}

/** Where facts are read: what is stored, or what shoppers are shown. */
export interface FactSources {
  bySkuIds(ids: readonly string[]): Promise<readonly Product[]>;
  bySkuCodes(codes: readonly string[]): Promise<readonly Product[]>;
  categoryTree(): Known<CategoryTree>;
  /** What must be left above the cost of a piece, a percentage of the cost. */
  readonly minimumMarginPercent: string;
}

/** The facts of SKUs by id or by code in one channel. Unknown ones are absent; in an unknown channel nothing has a price. */
export async function skuFacts(
  sources: FactSources,
  { skuIds = [], codes = [], channel }: SkuFactsQuestion,
  locale: Locale,
): Promise<SkuFacts[]> {
  const wantedIds = new Set(skuIds);
  const wantedCodes = new Set(codes);
  const [byId, byCode, tree] = await Promise.all([
    wantedIds.size === 0 ? [] : sources.bySkuIds([...wantedIds]),
    wantedCodes.size === 0 ? [] : sources.bySkuCodes([...wantedCodes]),
    sources.categoryTree(),
  ]);
  const found = new Map([...byId, ...byCode].map((product) => [product.id, product]));
  return [...found.values()].flatMap((product) => {
    const categorySlugs = product.categoryId === null ? [] : [...tree.slugsTo(product.categoryId)];
    return product.skus
      .filter((sku) => wantedIds.has(sku.id) || wantedCodes.has(sku.code))
      .map((sku) => ({
        skuId: sku.id,
        code: sku.code,
        title: lineTitle({ product, sku }, locale),
        productId: product.id,
        brandId: product.brandId,
        categorySlugs,
        ...pricesIn({ product, sku }, channel, sources.minimumMarginPercent),
        weightGrams: sku.weightGrams,
        supplierId: product.supplierId,
      }));
  });
}

/** What a piece costs in a channel, and the least that may be left of that. */
function pricesIn(of: SkuOfProduct, channel: string, minimumMarginPercent: string) {
  if (!isChannel(channel)) return { price: null, floorMinor: 0 };
  const currency = currencyOf(channel);
  return {
    price: priceIn(of, channel, currency),
    floorMinor: priceFloorIn(of.sku, currency, minimumMarginPercent),
  };
}
