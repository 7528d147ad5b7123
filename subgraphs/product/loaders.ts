import { loaderByKey, loaderOfKnown, type Loader } from '#kit/loaders/loaders.ts';
import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import type { Brand } from './brand/domain/brand.ts';
import { categoryTree, type CategoryTree } from './category/domain/category-tree.ts';
import type { ListingReader } from './listing/store/listing-store.ts';
import type { NearCaches } from './near-caches.ts';
import type { Supplier } from './supplier/domain/supplier.ts';
import type { Catalogue } from './product/actions/catalogue.ts';
import type { Product, SkuOfProduct } from './product/domain/product.ts';

/** What one request has loaded or is about to: each kind is asked for once per round of resolvers. */
export interface Loaders {
  readonly productById: Loader<Product | null>;
  readonly productBySlug: Loader<Product | null>;
  readonly skuById: Loader<SkuOfProduct | null>;
  readonly skuByCode: Loader<SkuOfProduct | null>;
  readonly brandById: Loader<Brand | null>;
  readonly supplierById: Loader<Supplier | null>;
  /** By category slug, in the request's channel. */
  readonly productCountBySlug: Loader<number | null>;
  /** Read once per request. */
  categoryTree(): Known<CategoryTree>;
}

/** The loaders of one request in one channel, which ask the database. */
export function createLoaders(catalogue: Catalogue, listings: ListingReader, channel: string): Loaders {
  const { products, brands, categories, suppliers } = catalogue;
  let tree: Promise<CategoryTree> | undefined;
  return {
    productById: loaderByKey(async (ids) => byKey(await products.byIds(ids), (product) => product.id)),
    productBySlug: loaderByKey(async (slugs) => byKey(await products.bySlugs(slugs), (product) => product.slug)),
    skuById: loaderByKey(async (ids) => byKey(skus(await products.bySkuIds(ids)), ({ sku }) => sku.id)),
    skuByCode: loaderByKey(async (codes) => byKey(skus(await products.bySkuCodes(codes)), ({ sku }) => sku.code)),
    brandById: loaderByKey(async (ids) => byKey(await brands.byIds(ids), (brand) => brand.id)),
    supplierById: loaderByKey(async (ids) => byKey(await suppliers.byIds(ids), (supplier) => supplier.id)),
    productCountBySlug: loaderByKey(async () => new Map(await listings.countByCategory(channel))),
    categoryTree: () => (tree ??= categories.all().then(categoryTree)),
  };
}

/** The same for a shopper, from the near caches where there is one. */
export function createShopperLoaders(catalogue: Catalogue, caches: NearCaches, channel: string): Loaders {
  const { products, lists } = caches;
  const tree = loaderOfKnown(() => caches.categoryTree());
  return {
    ...createLoaders(catalogue, lists, channel),
    productById: loaderOfKnown((id) => products.byId(id)),
    productBySlug: loaderOfKnown((slug) => products.bySlug(slug)),
    skuById: loaderOfKnown((id) =>
      whenKnown(products.bySkuId(id), (product) => (product === null ? null : skuIn(product, id))),
    ),
    brandById: loaderOfKnown((id) => caches.brandById(id)),
    categoryTree: () => tree.load('all'),
  };
}

function skuIn(product: Product, skuId: string): SkuOfProduct | null {
  const sku = product.skus.find(({ id }) => id === skuId);
  return sku === undefined ? null : { product, sku };
}

function byKey<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value> {
  return new Map(values.map((value) => [keyOf(value), value]));
}

function skus(products: readonly Product[]): SkuOfProduct[] {
  return products.flatMap((product) => product.skus.map((sku) => ({ product, sku })));
}
