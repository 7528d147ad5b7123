import type { ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import { createNearCache, type NearCache } from '#kit/near-cache/near-cache.ts';
import type { Product } from '../domain/product.ts';
import type { ProductStore } from '../store/product-store.ts';

/** Products as shoppers see them. */
export interface ProductCache {
  byId(id: string): Known<Product | null>;
  bySlug(slug: string): Known<Product | null>;
  bySkuId(skuId: string): Known<Product | null>;
  /** Each product once; unknown SKUs are absent. */
  bySkuIds(skuIds: readonly string[]): Promise<readonly Product[]>;
  /** The store, telling the cache what it writes. */
  readonly products: ProductStore;
}

/** A product takes about 10 kB. */
const most = { products: 5_000, ids: 50_000 } as const;

/** Keeps products in memory, each until it changes; without a feed it asks for them each time. */
export function createProductCache(stored: ProductStore, feed: ChangeFeed | null): ProductCache {
  const byId = createNearCache<Product>(feed, {
    readModel: 'products',
    load: async (ids) => new Map((await stored.byIds(ids)).map((product) => [product.id, product])),
    madeFrom: { products: ({ id }) => [id] },
    most: most.products,
  });
  const { bySlug, bySkuId, writing } = feed === null ? askedFor(stored) : foundById(stored, feed, byId);

  return {
    byId: (id) => byId.get(id),
    bySlug,
    bySkuId,
    async bySkuIds(skuIds) {
      const found = await Promise.all(skuIds.map(bySkuId));
      return [...new Map(found.flatMap((product) => (product === null ? [] : [[product.id, product]]))).values()];
    },
    products: {
      ...stored,
      async save(products, session) {
        const ids = products.map(({ id }) => id);
        byId.writing('products', ids);
        writing(ids);
        await stored.save(products, session);
      },
    },
  };
}

/** The ways to a product by something else than its id. */
interface OtherWays extends Pick<ProductCache, 'bySlug' | 'bySkuId'> {
  writing(ids: readonly string[]): void;
}

/** In memory a product is kept once, and its slug and SKUs lead to its id. */
function foundById(stored: ProductStore, feed: ChangeFeed, byId: NearCache<Product>): OtherWays {
  /** Slugs and SKUs are written with the whole product only. */
  const unlessInside = {
    products: ({ updated }: { updated: object | null }) => (updated === null ? 'any' : []),
  } as const;
  const idBySlug = createNearCache<string>(feed, {
    readModel: 'productIdsBySlug',
    load: async (slugs) => new Map((await stored.bySlugs(slugs)).map(({ slug, id }) => [slug, id])),
    madeFrom: unlessInside,
    most: most.ids,
  });
  const idBySku = createNearCache<string>(feed, {
    readModel: 'productIdsBySku',
    load: async (skuIds) =>
      new Map(
        (await stored.bySkuIds(skuIds)).flatMap(({ id, skus }) => skus.map((sku): [string, string] => [sku.id, id])),
      ),
    madeFrom: unlessInside,
    most: most.ids,
  });
  const productOf = (id: string | null) => (id === null ? null : byId.get(id));

  return {
    bySlug: (slug) => whenKnown(idBySlug.get(slug), productOf),
    bySkuId: (skuId) => whenKnown(idBySku.get(skuId), productOf),
    writing(ids) {
      for (const cache of [idBySlug, idBySku]) cache.writing('products', ids);
    },
  };
}

/** Where the database is asked each time, it is asked for the product at once. */
function askedFor(stored: ProductStore): OtherWays {
  const bySlug = createNearCache<Product>(null, {
    readModel: 'productsBySlug',
    load: async (slugs) => new Map((await stored.bySlugs(slugs)).map((product) => [product.slug, product])),
    madeFrom: {},
    most: most.products,
  });
  const bySku = createNearCache<Product>(null, {
    readModel: 'productsBySku',
    load: async (skuIds) =>
      new Map(
        (await stored.bySkuIds(skuIds)).flatMap((product) =>
          product.skus.map((sku): [string, Product] => [sku.id, product]),
        ),
      ),
    madeFrom: {},
    most: most.products,
  });
  return { bySlug: (slug) => bySlug.get(slug), bySkuId: (skuId) => bySku.get(skuId), writing: () => undefined };
}
