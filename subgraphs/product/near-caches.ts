import type { ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import { createNearCache } from '#kit/near-cache/near-cache.ts';
import type { Brand } from './brand/domain/brand.ts';
import { categoryTree, type Category, type CategoryTree } from './category/domain/category-tree.ts';
import { createListingCache, type ListingCache } from './listing/memory/listing-cache.ts';
import type { ListingSources } from './listing/queries/list-products.ts';
import type { Catalogue } from './product/actions/catalogue.ts';
import { createProductCache, type ProductCache } from './product/memory/product-cache.ts';

/** What a list of products is made from. */
export type Lists = Pick<ListingSources, 'listings' | 'facetsIn'>;

/** The catalogue as shoppers see it: from this process's memory as long as that is up to date, and without a feed from the database each time. */
export interface NearCaches {
  readonly products: Omit<ProductCache, 'products'>;
  readonly lists: Omit<ListingCache, 'listings'>;
  brandById(id: string): Known<Brand | null>;
  categoryTree(): Known<CategoryTree>;
}

const most = { brands: 5_000, trees: 2 } as const;

/** Puts near caches in front of a catalogue. What is written has to go through the catalogue that comes back, which tells the caches. */
export function createNearCaches(
  stored: Catalogue,
  feed: ChangeFeed | null,
): { caches: NearCaches; catalogue: Catalogue } {
  const { categories, brands } = stored;
  const tree = createNearCache<readonly Category[]>(feed, {
    readModel: 'categoryTree',
    load: async () => new Map([['all', await categories.all()]]),
    madeFrom: { categories: () => 'any' },
    most: most.trees,
  });
  const brandById = createNearCache<Brand>(feed, {
    readModel: 'brands',
    load: async (ids) => new Map((await brands.byIds(ids)).map((brand) => [brand.id, brand])),
    madeFrom: { brands: ({ id }) => [id] },
    most: most.brands,
  });
  const treeOf = treeOfSame();
  const wholeTree = () => whenKnown(tree.get('all'), (known) => treeOf(known ?? []));
  const products = createProductCache(stored.products, feed);
  const lists = createListingCache(stored.listings, feed);
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
    lists,
    brandById: (id: string) => brandById.get(id),
    categoryTree: wholeTree,
  };
  return { caches, catalogue };
}

/** The tree of a list of categories, the same as long as the list is the same. */
function treeOfSame(): (categories: readonly Category[]) => CategoryTree {
  const trees = new WeakMap<readonly Category[], CategoryTree>();
  return (categories) => {
    const tree = trees.get(categories) ?? categoryTree(categories);
    trees.set(categories, tree);
    return tree;
  };
}
