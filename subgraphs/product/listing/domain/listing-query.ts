import type { CursorValue, SortField } from '#kit/connection/connection.ts';
import type { ProductListing } from './listing.ts';

export type ProductSort = 'RELEVANCE' | 'NEWEST' | 'PRICE_ASC' | 'PRICE_DESC' | 'SALES_DESC';

/** What a promotion applies to: everything one of the lists names, or everything when all are empty. */
export interface PromotionScope {
  readonly productIds: readonly string[];
  readonly skuIds: readonly string[];
  readonly categorySlugs: readonly string[];
  readonly brandIds: readonly string[];
}

/** Which listings are asked for, checked. Prices in minor units of the channel's currency, both ends included. */
export interface ListingQuery {
  readonly channel: string;
  /** All must be found; empty when nothing is searched for. */
  readonly terms: readonly string[];
  readonly categorySlug: string | null;
  readonly brandIds: readonly string[] | null;
  readonly attributes: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly price: { readonly min: number | null; readonly max: number | null };
  readonly inStock: boolean | null;
  readonly scope: PromotionScope | null;
}

/** A row of a list: which product, and where it stands in the order. */
export interface ListedProduct {
  readonly productId: string;
  readonly place: readonly CursorValue[];
}

const byId = (direction: 1 | -1): SortField => ({ field: 'productId', direction });

/** The orders that an index serves. */
const orders: Readonly<Record<Exclude<ProductSort, 'RELEVANCE'>, readonly SortField[]>> = {
  NEWEST: [{ field: 'publishedAt', direction: -1 }, byId(-1)],
  PRICE_ASC: [{ field: 'minPriceMinor', direction: 1 }, byId(1)],
  PRICE_DESC: [{ field: 'minPriceMinor', direction: -1 }, byId(-1)],
  SALES_DESC: [{ field: 'salesCount', direction: -1 }, byId(-1)],
};

/** How much a term counts by where it is found; anywhere else, in the description, it counts 1. */
export const termWeights = { titleTerms: 8, labelTerms: 4, factTerms: 2 } as const satisfies Partial<
  Record<keyof ProductListing, number>
>;

/** Whether the order is by how well the search is met, which only a search can be. */
export function isByRelevance(sort: ProductSort, terms: readonly string[]): boolean {
  return sort === 'RELEVANCE' && terms.length > 0;
}

/** The fields of an order; the last one is unique within a channel. */
export function orderOf(sort: ProductSort, terms: readonly string[]): readonly SortField[] {
  if (isByRelevance(sort, terms)) return [{ field: 'relevance', direction: -1 }, ...orders.SALES_DESC];
  return orders[sort === 'RELEVANCE' ? 'SALES_DESC' : sort];
}
