import type { ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import { createNearCache } from '#kit/near-cache/near-cache.ts';
import type { Brand } from './brand/domain/brand.ts';
import { categoryTree, type CategoryTree } from './category/domain/category-tree.ts';
import { createListingCache } from './listing/memory/listing-cache.ts';
import type { ListingSources } from './listing/queries/list-products.ts';
import type { Catalogue } from './product/actions/catalogue.ts';
import { createProductCache, type ProductCache } from './product/memory/product-cache.ts';

/** What a list of products is made from. */
export type Lists = Pick<ListingSources, 'listings' | 'facetsIn'>;

/** The catalogue as shoppers see it: from this process's memory as long as that is up to date. */
export interface NearCaches {
  readonly products: Omit<ProductCache, 'products'>;
  readonly lists: Lists;
  brandById(id: string): Known<Brand | null>;
  categoryTree(): Known<CategoryTree>;
}

const most = { brands: 5_000, trees: 2 } as const;

/** Puts near caches in front of a catalogue. What is written has to go through the catalogue that comes back, which tells the caches. */
export function createNearCaches(stored: Catalogue, feed: ChangeFeed): { caches: NearCaches; catalogue: Catalogue } {
  const { categories, brands } = stored;
  const tree = createNearCache<CategoryTree>(feed, {
    readModel: 'categoryTree',
    load: async () => new Map([['all', categoryTree(await categories.all())]]),
    madeFrom: { categories: () => 'any' },
    most: most.trees,
  });
  const brandById = createNearCache<Brand>(feed, {
    readModel: 'brands',
    load: async (ids) => new Map((await brands.byIds(ids)).map((brand) => [brand.id, brand])),
    madeFrom: { brands: ({ id }) => [id] },
    most: most.brands,
  });
  const wholeTree = () => whenKnown(tree.get('all'), (known) => known ?? categoryTree([]));
  const products = createProductCache(stored.products, feed);
  const lists = createListingCache({ listings: stored.listings, categoryTree: async () => wholeTree() }, feed);
  const catalogue: Catalogue = {
    ...stored,
    products: products.products,
    listings: lists.listings,
    categories: {
      ...categories,
      async save(changed, session) {
        tree.writing(
          'categories',
          changed.map(({ id }) => id),
        );
        await categories.save(changed, session);
      },
    },
  };
  const caches = {
    products,
    lists: { listings: lists, facetsIn: lists.facetsIn },
    brandById: (id: string) => brandById.get(id),
    categoryTree: wholeTree,
  };
  return { caches, catalogue };
}
