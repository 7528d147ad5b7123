import { connectionOf, encodeCursor, type ConnectionParent, type Page } from '#kit/connection/connection.ts';
import { loaderByKey } from '#kit/loaders/loaders.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Product } from '../../product/domain/product.ts';
import type { Facet } from '../domain/facets.ts';
import type { ListingQuery, ProductSort } from '../domain/listing-query.ts';
import type { ListingReader } from '../store/listing-store.ts';
import type { CountedFacets } from './count-facets.ts';

/** Where a list gets its products and its facets from. */
export interface ListingSources {
  readonly listings: ListingReader;
  facetsIn(query: ListingQuery, locale: Locale): Promise<CountedFacets>;
  /** In the order of the ids; null for one that is gone. */
  productsById(ids: readonly string[]): Promise<readonly (Product | null)[]>;
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
  const counts = createCounter(sources, query, locale);
  const connection = connectionOf({
    rows: rows.map(({ product }) => product),
    first: page.first,
    after: page.after,
    cursorOf: (product) => encodeCursor(places.get(product) ?? []),
    totalCount: counts.total,
  });
  return Object.assign(connection, { facets: async () => (await counts.all()).facets });
}

/** Counts once whatever is asked for together: counting the facets tells the number as well. */
function createCounter(sources: ListingSources, query: ListingQuery, locale: Locale) {
  const loader = loaderByKey<'total' | 'all', CountedFacets | number>(async (keys) => {
    if (!keys.includes('all')) return new Map([['total', await sources.listings.count(query)]]);
    const counted = await sources.facetsIn(query, locale);
    return new Map<'total' | 'all', CountedFacets | number>([
      ['all', counted],
      ['total', counted.total],
    ]);
  });
  return {
    total: async () => (await loader.load('total')) as number,
    all: async () => (await loader.load('all')) as CountedFacets,
  };
}
