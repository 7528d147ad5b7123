import type { Locale } from '#kit/viewer/viewer.ts';
import type { CategoryTree } from '../../category/domain/category-tree.ts';
import { currencyOf } from '../../channel/domain/channels.ts';
import { textIn } from '../../product/domain/local-text.ts';
import { facetsOf, type Facet, type FacetCounts } from '../domain/facets.ts';
import type { ListingQuery } from '../domain/listing-query.ts';
import { priceBands } from '../domain/price-bands.ts';
import type { ListingStore } from '../store/listing-store.ts';

/** The facets of a list in one language, and the number of all products on it. */
export interface CountedFacets {
  readonly total: number;
  readonly facets: readonly Facet[];
}

/** Where facets are counted, and where their categories have their names from. */
export interface FacetSources {
  readonly listings: Pick<ListingStore, 'facets'>;
  categoryTree(): Promise<CategoryTree>;
}

/** Counts the facets of a list. One aggregation. */
export async function countFacets(sources: FacetSources, query: ListingQuery, locale: Locale): Promise<CountedFacets> {
  const [counts, tree] = await Promise.all([sources.listings.facets(query), sources.categoryTree()]);
  return nameFacets(counts, tree, query, locale);
}

/** The facets of what was counted for a query, in one language. */
export function nameFacets(
  counts: FacetCounts,
  tree: CategoryTree,
  query: ListingQuery,
  locale: Locale,
): CountedFacets {
  const facets = facetsOf(counts, query, priceBands(currencyOf(query.channel)), {
    locale,
    category: (slug) => {
      const category = tree.bySlug(slug);
      return category === null ? null : textIn(locale, category.name);
    },
  });
  return { total: counts.total, facets };
}
