import { pageOf } from '#kit/connection/connection.ts';
import { badInput } from '#kit/graphql/errors.ts';
import type { ProductFilter, Resolvers } from '../__generated__/types.ts';
import { currencyOf } from '../channel/domain/channels.ts';
import type { Context } from '../context.ts';
import { readAmount } from '../product/domain/read-amount.ts';
import type { ListingQuery } from './domain/listing-query.ts';
import { queryTerms } from './domain/search-terms.ts';
import { listProducts } from './queries/list-products.ts';
import { promotionScope } from './queries/promotion-scope.ts';

const limits = { search: 200, names: 20, values: 100, brands: 100, text: 200 } as const;

/** The list of products that shoppers browse and search. */
export const listingResolvers = {
  Query: {
    products: async (_root, { first, after, search, filter, sort }, context) => {
      const { loaders, lists, viewer } = context;
      const page = pageOf({ first, after });
      const query = await queryOf(search ?? '', filter ?? {}, context);
      const sources = {
        ...lists,
        productsById: (ids: readonly string[]) => Promise.all(ids.map((id) => loaders.productById.load(id))),
      };
      return listProducts(sources, query, sort ?? 'RELEVANCE', page, viewer.locale);
    },
  },
} satisfies Resolvers;

async function queryOf(search: string, filter: ProductFilter, context: Context): Promise<ListingQuery> {
  const { channel } = context.viewer;
  if (search.length > limits.search) throw badInput(`"search" has at most ${limits.search} characters.`);
  const terms = queryTerms(search);
  const attributes = filter.attributes ?? [];
  if (attributes.length > limits.names || attributes.some(({ values }) => values.length > limits.values)) {
    throw badInput(`"attributes" has at most ${limits.names} names with ${limits.values} values each.`);
  }
  if (new Set(attributes.map(({ name }) => name)).size < attributes.length) {
    throw badInput('"attributes" names each attribute once, with all its values.');
  }
  if ((filter.brandIds?.length ?? 0) > limits.brands) throw badInput(`"brandIds" has at most ${limits.brands} brands.`);
  return {
    channel,
    // A search that holds nothing to look for finds nothing; an empty one is none.
    terms: terms.length === 0 && search.trim() !== '' ? [search.trim()] : terms,
    categorySlug: filter.categorySlug ?? null,
    brandIds: filter.brandIds ?? null,
    attributes,
    price: {
      min: priceEnd(filter.price?.min, 'min', channel),
      max: priceEnd(filter.price?.max, 'max', channel),
    },
    inStock: filter.inStock ?? null,
    scope: filter.promotionId == null ? null : await promotionScope(context.promotion, filter.promotionId, context),
  };
}

function priceEnd(amount: { amount: string; currency: string } | null | undefined, end: string, channel: string) {
  if (amount == null) return null;
  const currency = currencyOf(channel);
  if (amount.currency !== currency)
    throw badInput(`"price.${end}" must be in ${currency}, the currency of this channel.`);
  const read = readAmount(amount.amount, amount.currency, []);
  if (!read.ok) throw badInput(`"price.${end}" is not an amount in ${currency}.`);
  return read.value.minor;
}
