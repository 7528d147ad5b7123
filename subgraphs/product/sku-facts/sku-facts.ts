import type { SkuFacts } from '#kit/neighbours/product.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import { categoryTree } from '../category/domain/category-tree.ts';
import type { CategoryStore } from '../category/store/category-store.ts';
import { currencyOf, isChannel } from '../channel/domain/channels.ts';
import { lineTitle, priceIn } from '../product/domain/product.ts';
import type { ProductStore } from '../product/store/product-store.ts';

/** Which SKUs a neighbour asks about. */
export interface SkuFactsQuestion {
  readonly skuIds?: readonly string[] | undefined;
  readonly codes?: readonly string[] | undefined;
  readonly channel: string;
}

/** The facts of SKUs by id or by code in one channel. Unknown ones are absent; in an unknown channel nothing has a price. */
export async function skuFacts(
  { products, categories }: { products: ProductStore; categories: CategoryStore },
  { skuIds = [], codes = [], channel }: SkuFactsQuestion,
  locale: Locale,
): Promise<SkuFacts[]> {
  const wantedIds = new Set(skuIds);
  const wantedCodes = new Set(codes);
  const [byId, byCode, stored] = await Promise.all([
    wantedIds.size === 0 ? [] : products.bySkuIds([...wantedIds]),
    wantedCodes.size === 0 ? [] : products.bySkuCodes([...wantedCodes]),
    categories.all(),
  ]);
  const tree = categoryTree(stored);
  const found = new Map([...byId, ...byCode].map((product) => [product.id, product]));
  return [...found.values()].flatMap((product) => {
    const categorySlugs = product.categoryId === null ? [] : tree.pathTo(product.categoryId).map(({ slug }) => slug);
    return product.skus
      .filter((sku) => wantedIds.has(sku.id) || wantedCodes.has(sku.code))
      .map((sku) => ({
        skuId: sku.id,
        code: sku.code,
        title: lineTitle({ product, sku }, locale),
        productId: product.id,
        brandId: product.brandId,
        categorySlugs,
        price: isChannel(channel) ? priceIn({ product, sku }, channel, currencyOf(channel)) : null,
        weightGrams: sku.weightGrams,
        supplierId: product.supplierId,
      }));
  });
}
