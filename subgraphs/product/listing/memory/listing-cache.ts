import type { Change, ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { decodeCursor } from '#kit/connection/connection.ts';
import type { Known } from '#kit/near-cache/known.ts';
import { createNearCache } from '#kit/near-cache/near-cache.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { CategoryTree } from '../../category/domain/category-tree.ts';
import type { FacetCounts } from '../domain/facets.ts';
import type { ListedProduct, ListingQuery, ProductSort } from '../domain/listing-query.ts';
import { nameFacets, type CountedFacets } from '../queries/count-facets.ts';
import { pageKey, type ListingReader, type ListingStore, type PageAsked } from '../store/listing-store.ts';

/** Lists as shoppers see them. */
export interface ListingCache extends ListingReader {
  facetsIn(query: ListingQuery, locale: Locale, categoryTree: () => Known<CategoryTree>): Promise<CountedFacets>;
  /** The store, telling the cache what it writes. */
  readonly listings: ListingStore;
}

/** The facets of one list take up to 100 kB, everything else some hundred bytes a row. */
const most = { pages: 2_000, facets: 500, counts: 5_000, channels: 100 } as const;

/** Keeps answers about lists in memory: pages until any listing changes, what is counted until one changes otherwise than by being sold. */
export function createListingCache(listings: ListingStore, feed: ChangeFeed | null): ListingCache {
  const unlessSold = ({ updated }: Change) => (updated !== null && isSale(updated) ? [] : 'any');
  const pages = createNearCache<readonly ListedProduct[]>(feed, {
    readModel: 'listingPages',
    load: (keys) => each(keys, (key) => listings.page(...pageAsked(key))),
    madeFrom: { productListings: () => 'any' },
    most: most.pages,
  });
  const facets = createNearCache<FacetCounts>(feed, {
    readModel: 'listingFacets',
    load: (keys) => each(keys, (key) => listings.facets(JSON.parse(key) as ListingQuery)),
    madeFrom: { productListings: unlessSold },
    most: most.facets,
  });
  const named = nameFacetsOnce();
  const counts = createNearCache<number>(feed, {
    readModel: 'listingCounts',
    load: (keys) => each(keys, (key) => listings.count(JSON.parse(key) as ListingQuery)),
    madeFrom: { productListings: unlessSold },
    most: most.counts,
  });
  const byCategory = createNearCache<ReadonlyMap<string, number>>(feed, {
    readModel: 'categoryCounts',
    load: (channels) => each(channels, (channel) => listings.countByCategory(channel)),
    madeFrom: { productListings: unlessSold },
    most: most.channels,
  });

  return {
    page: async (query, sort, page) => present(await pages.get(pageKey(query, sort, page))),
    count: async (query) => present(await counts.get(JSON.stringify(query))),
    countByCategory: async (channel) => present(await byCategory.get(channel)),
    async facetsIn(query, locale, categoryTree) {
      const [counts, tree] = await Promise.all([facets.get(JSON.stringify(query)), categoryTree()]);
      return named(present(counts), tree, query, locale);
    },
    listings: {
      ...listings,
      async replace(productIds, replaced, session) {
        const ids = await listings.replace(productIds, replaced, session);
        for (const cache of [pages, facets, counts, byCategory]) cache.writing('productListings', ids);
        return ids;
      },
    },
  };
}

const isSale = (updated: object): boolean => Object.keys(updated).every((field) => field === 'salesCount');

function pageAsked(key: string): PageAsked {
  const [query, sort, first, after] = JSON.parse(key) as [ListingQuery, ProductSort, number, string | null];
  return [query, sort, { first, after: after === null ? null : decodeCursor(after) }];
}

async function each<Answer>(
  keys: readonly string[],
  ask: (key: string) => Promise<Answer>,
): Promise<Map<string, Answer>> {
  return new Map(await Promise.all(keys.map(async (key): Promise<[string, Answer]> => [key, await ask(key)])));
}

/** Questions about lists always have an answer. */
function present<Answer>(answer: Answer | null): Answer {
  if (answer === null) throw new Error('a list that was asked for has no answer');
  return answer;
}

/** Names the facets of the same counts once in each language, while the tree is the same. */
function nameFacetsOnce(): typeof nameFacets {
  const known = new WeakMap<FacetCounts, Map<Locale, { readonly tree: CategoryTree; readonly named: CountedFacets }>>();
  return (counts, tree, query, locale) => {
    const byLocale = known.get(counts) ?? new Map();
    known.set(counts, byLocale);
    const before = byLocale.get(locale);
    if (before?.tree === tree) return before.named;
    const named = nameFacets(counts, tree, query, locale);
    byLocale.set(locale, { tree, named });
    return named;
  };
}
