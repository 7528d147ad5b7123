import { connectionOf, encodeCursor, type ConnectionParent, type Page } from '#kit/connection/connection.ts';
import { loaderByKey } from '#kit/loaders/loaders.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { CategoryTree } from '../../category/domain/category-tree.ts';
import { currencyOf } from '../../channel/domain/channels.ts';
import { textIn } from '../../product/domain/local-text.ts';
import type { Product } from '../../product/domain/product.ts';
import { facetsOf, type Facet, type FacetCounts } from '../domain/facets.ts';
import type { ListingQuery, ProductSort } from '../domain/listing-query.ts';
import { priceBands } from '../domain/price-bands.ts';
import type { ListingStore } from '../store/listing-store.ts';

/** Where a list gets its products and their names from. */
export interface ListingSources {
  readonly listings: ListingStore;
  /** In the order of the ids; null for one that is gone. */
  productsById(ids: readonly string[]): Promise<readonly (Product | null)[]>;
  categoryTree(): Promise<CategoryTree>;
}

/** A page of products with what can be counted about the whole list. */
export interface ProductList extends ConnectionParent<Product> {
  /** Counted when asked for. */
  facets(): Promise<readonly Facet[]>;
}

/** Lists products: one read of listings, one of products, and one more only if the number or the facets are asked for. */
export async function listProducts(
  sources: ListingSources,
  query: ListingQuery,
  sort: ProductSort,
  page: Page,
  locale: Locale,
): Promise<ProductList> {
  const listed = await sources.listings.page(query, sort, page);
  const products = await sources.productsById(listed.map(({ productId }) => productId));
  const rows = listed.flatMap(({ place }, index) => {
    const product = products[index] ?? null;
    return product === null ? [] : [{ product, place }];
  });
  const places = new Map(rows.map(({ product, place }) => [product, place]));
  const counts = createCounter(sources.listings, query);
  const connection = connectionOf({
    rows: rows.map(({ product }) => product),
    first: page.first,
    after: page.after,
    cursorOf: (product) => encodeCursor(places.get(product) ?? []),
    totalCount: counts.total,
  });
  return { ...connection, facets: async () => namedFacets(sources, await counts.all(), query, locale) };
}

/** Counts once whatever is asked for together: the facets' aggregation knows the number as well. */
function createCounter(listings: ListingStore, query: ListingQuery) {
  const loader = loaderByKey<'total' | 'all', FacetCounts | number>(async (keys) => {
    if (!keys.includes('all')) return new Map([['total', await listings.count(query)]]);
    const counts = await listings.facets(query);
    return new Map<'total' | 'all', FacetCounts | number>([
      ['all', counts],
      ['total', counts.total],
    ]);
  });
  return {
    total: async () => (await loader.load('total')) as number,
    all: async () => (await loader.load('all')) as FacetCounts,
  };
}

async function namedFacets(sources: ListingSources, counts: FacetCounts, query: ListingQuery, locale: Locale) {
  const tree = await sources.categoryTree();
  return facetsOf(counts, query, priceBands(currencyOf(query.channel)), {
    locale,
    category: (slug) => {
      const category = tree.bySlug(slug);
      return category === null ? null : textIn(locale, category.name);
    },
  });
}
