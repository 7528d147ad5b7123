import { trusted } from '#kit/mongo/connect.ts';
import type { ListingQuery, PromotionScope } from '../domain/listing-query.ts';
import { attributeKey } from '../domain/listing.ts';

/** A condition as MongoDB reads it. */
export type Condition = Record<string, unknown>;

/** The part of a query that is there whatever is selected: channel, search and promotion. */
export function baseConditions({ channel, terms, scope }: ListingQuery): Condition[] {
  return [
    { channel },
    ...(terms.length === 0 ? [] : [{ terms: trusted({ $all: terms }) }]),
    ...(scope === null ? [] : scopeConditions(scope)),
  ];
}

/** What is selected, one condition per facet, by the facet's field. */
export function selections(query: ListingQuery): Map<string, Condition> {
  const { categorySlug, brandIds, price, inStock, attributes } = query;
  const selected = new Map<string, Condition>();
  if (categorySlug !== null) selected.set('category', { categorySlugs: categorySlug });
  if (brandIds !== null) selected.set('brand', { brandId: trusted({ $in: brandIds }) });
  if (inStock !== null) selected.set('inStock', { inStock });
  if (price.min !== null || price.max !== null) {
    const range = trusted({
      ...(price.min === null ? {} : { $gte: price.min }),
      ...(price.max === null ? {} : { $lte: price.max }),
    });
    // One and the same price must be in the range: without $elemMatch, one above and one below would do.
    selected.set('price', { pricesMinor: trusted({ $elemMatch: range }) });
  }
  for (const { name, values } of attributes) {
    selected.set(`attribute:${name}`, {
      attributes: trusted({ $in: values.map((value) => attributeKey(name, value)) }),
    });
  }
  return selected;
}

/** The whole query as one filter. */
export function filterOf(query: ListingQuery): { $and: Condition[] } {
  return { $and: [...baseConditions(query), ...selections(query).values()] };
}

function scopeConditions({ productIds, skuIds, categorySlugs, brandIds }: PromotionScope): Condition[] {
  const lists = { productId: productIds, skuIds, categorySlugs, brandId: brandIds };
  const named = Object.entries(lists).filter(([, values]) => values.length > 0);
  return named.length === 0 ? [] : [{ $or: named.map(([field, values]) => ({ [field]: trusted({ $in: values }) })) }];
}
