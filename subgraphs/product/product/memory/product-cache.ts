import type { ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import { createNearCache } from '#kit/near-cache/near-cache.ts';
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

/** Keeps products in memory, each until it changes. */
export function createProductCache(stored: ProductStore, feed: ChangeFeed): ProductCache {
  const byId = createNearCache<Product>(feed, {
    readModel: 'products',
    load: async (ids) => new Map((await stored.byIds(ids)).map((product) => [product.id, product])),
    madeFrom: { products: ({ id }) => [id] },
    most: most.products,
  });
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
  const bySkuId = (skuId: string) => whenKnown(idBySku.get(skuId), productOf);

  return {
    byId: (id) => byId.get(id),
    bySlug: (slug) => whenKnown(idBySlug.get(slug), productOf),
    bySkuId,
    async bySkuIds(skuIds) {
      const found = await Promise.all(skuIds.map(bySkuId));
      return [...new Set(found.filter((product) => product !== null))];
    },
    products: {
      ...stored,
      async save(products, session) {
        const ids = products.map(({ id }) => id);
        for (const cache of [byId, idBySlug, idBySku]) cache.writing('products', ids);
        await stored.save(products, session);
      },
    },
  };
}
