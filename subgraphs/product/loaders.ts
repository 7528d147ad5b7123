import type DataLoader from 'dataloader';
import { loaderByKey } from '#kit/loaders/loaders.ts';
import type { Brand } from './brand/domain/brand.ts';
import { categoryTree, type CategoryTree } from './category/domain/category-tree.ts';
import type { Catalogue } from './product/actions/catalogue.ts';
import type { Product, SkuOfProduct } from './product/domain/product.ts';

/** What one request has loaded or is about to: each kind is asked for once per round of resolvers. */
export interface Loaders {
  readonly productById: DataLoader<string, Product | null>;
  readonly productBySlug: DataLoader<string, Product | null>;
  readonly skuById: DataLoader<string, SkuOfProduct | null>;
  readonly skuByCode: DataLoader<string, SkuOfProduct | null>;
  readonly brandById: DataLoader<string, Brand | null>;
  /** By category slug, in the request's channel. */
  readonly productCountBySlug: DataLoader<string, number | null>;
  /** Read once per request. */
  categoryTree(): Promise<CategoryTree>;
}

/** The loaders of one request in one channel. */
export function createLoaders(catalogue: Catalogue, channel: string): Loaders {
  const { products, brands, categories, listings } = catalogue;
  let tree: Promise<CategoryTree> | undefined;
  return {
    productById: loaderByKey(async (ids) => byKey(await products.byIds(ids), (product) => product.id)),
    productBySlug: loaderByKey(async (slugs) => byKey(await products.bySlugs(slugs), (product) => product.slug)),
    skuById: loaderByKey(async (ids) => byKey(skus(await products.bySkuIds(ids)), ({ sku }) => sku.id)),
    skuByCode: loaderByKey(async (codes) => byKey(skus(await products.bySkuCodes(codes)), ({ sku }) => sku.code)),
    brandById: loaderByKey(async (ids) => byKey(await brands.byIds(ids), (brand) => brand.id)),
    productCountBySlug: loaderByKey(() => listings.countByCategory(channel)),
    categoryTree: () => (tree ??= categories.all().then(categoryTree)),
  };
}

function byKey<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value> {
  return new Map(values.map((value) => [keyOf(value), value]));
}

function skus(products: readonly Product[]): SkuOfProduct[] {
  return products.flatMap((product) => product.skus.map((sku) => ({ product, sku })));
}
