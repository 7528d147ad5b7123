import type { ClientSession, Connection } from 'mongoose';
import { encodeCursor, keysetFilter, sortOf, type Page, type SortField } from '#kit/connection/connection.ts';
import { createSameRows } from '#kit/mongo/same-rows.ts';
import { gatherSame } from '#kit/gather/gathered-reads.ts';
import { defineCollection, defineModel, trusted } from '#kit/mongo/connect.ts';
import type { FacetCounts } from '../domain/facets.ts';
import {
  isByRelevance,
  orderOf,
  type ListedProduct,
  type ListingQuery,
  type ProductSort,
} from '../domain/listing-query.ts';
import type { ProductListing } from '../domain/listing.ts';
import { facetPipeline, readFacets, type FacetRow } from './facet-pipeline.ts';
import { filterOf } from './listing-filter.ts';
import { listingDefinition, listingIndexes, type ListingRow } from './listing-row.ts';
import { relevanceStage } from './relevance-stage.ts';

/** What can be asked about listings. */
export interface ListingReader {
  /** One more than `page.first`. */
  page(query: ListingQuery, sort: ProductSort, page: Page): Promise<readonly ListedProduct[]>;
  count(query: ListingQuery): Promise<number>;
  /** How many products are listed in each category and below it, by slug. */
  countByCategory(channel: string): Promise<ReadonlyMap<string, number>>;
}

/** Where listings are kept: the read model of `products`. */
export interface ListingStore extends ListingReader {
  /** How often each facet's values occur, and the number of all listings that fit. One aggregation. */
  facets(query: ListingQuery): Promise<FacetCounts>;
  /** Replaces all listings of the products by these. Gives the ids of the documents that it writes and removes. */
  replace(
    productIds: readonly string[],
    listings: readonly ProductListing[],
    session: ClientSession,
  ): Promise<readonly string[]>;
  /** Adds to the pieces sold, by product. */
  addSales(sales: ReadonlyMap<string, number>, session: ClientSession): Promise<void>;
  /** Keeps whether a SKU, and with it its product, can be bought. */
  markInStock(skuId: string, inStock: boolean, session: ClientSession): Promise<void>;
}

/** What a page of a list is asked for by. */
export type PageAsked = readonly [query: ListingQuery, sort: ProductSort, page: Page];

/** A text that only the same page of the same list has. */
export function pageKey(...[query, sort, { first, after }]: PageAsked): string {
  return JSON.stringify([query, sort, first, after === null ? null : encodeCursor(after)]);
}

/** The collection `productListings`. */
export function createListingStore(connection: Connection): ListingStore {
  const model = defineModel<ListingRow>(connection, 'ProductListing', listingDefinition, {
    collection: 'productListings',
    indexes: listingIndexes,
  });
  // Whole documents made by our own rules are written as they are: casting them costs six times the write itself.
  const documents = defineCollection<ListingRow>(connection, 'productListings', listingIndexes);

  // Many look at the same lists at the same time.
  const pagesTogether = gatherSame(
    (asked: PageAsked) => pageKey(...asked),
    async ([query, sort, page]) => {
      const order = orderOf(sort, query.terms);
      const rows = isByRelevance(sort, query.terms)
        ? await relevantPage(query, order, page)
        : await indexedPage(query, order, page);
      return rows.map((row) => ({ productId: row.productId, place: placeOf(row, order) }));
    },
  );
  const countsTogether = gatherSame(
    (query: ListingQuery) => JSON.stringify(query),
    (query) => model.countDocuments(filterOf(query)).readConcern('majority').exec(),
  );

  const sameFacets = createSameRows((row: FacetRow) => row);

  return {
    page: (query, sort, page) => pagesTogether([query, sort, page]),
    count: countsTogether,
    async facets(query) {
      const [row] = await sameFacets(model.aggregate<FacetRow>(facetPipeline(query)).readConcern('majority'));
      return readFacets(row, query);
    },
    async countByCategory(channel) {
      const rows = await model
        .aggregate<{ _id: string; count: number }>([
          { $match: { channel } },
          { $unwind: '$categorySlugs' },
          { $group: { _id: '$categorySlugs', count: { $sum: 1 } } },
        ])
        .readConcern('majority')
        .exec();
      return new Map(rows.map(({ _id, count }) => [_id, count]));
    },
    async replace(productIds, listings, session) {
      const kept = listings.map(idOf);
      const left = await model
        .find({ productId: trusted({ $in: productIds }), _id: trusted({ $nin: kept }) }, { _id: 1 }, { session })
        .lean<{ _id: string }[]>()
        .exec();
      const gone = left.map(({ _id }) => _id);
      if (gone.length > 0) await model.deleteMany({ _id: trusted({ $in: gone }) }, { session }).exec();
      if (listings.length === 0) return gone;
      await documents().bulkWrite(
        listings.map((listing) => ({
          replaceOne: { filter: { _id: idOf(listing) }, replacement: listing, upsert: true },
        })),
        { session },
      );
      return [...kept, ...gone];
    },
    async addSales(sales, session) {
      if (sales.size === 0) return;
      await model.bulkWrite(
        [...sales].map(([productId, quantity]) => ({
          updateMany: { filter: { productId }, update: { $inc: { salesCount: quantity } } },
        })),
        { session },
      );
    },
    async markInStock(skuId, inStock, session) {
      if (inStock) {
        const change = { $set: { inStock: true }, $addToSet: { inStockSkuIds: skuId } };
        await model.updateMany({ skuIds: skuId }, change, { session }).exec();
        return;
      }
      await model.updateMany({ skuIds: skuId }, { $pull: { inStockSkuIds: skuId } }, { session }).exec();
      const soldOut = { skuIds: skuId, inStockSkuIds: trusted({ $size: 0 }) };
      await model.updateMany(soldOut, { $set: { inStock: false } }, { session }).exec();
    },
  };

  async function indexedPage(query: ListingQuery, order: readonly SortField[], { first, after }: Page) {
    const filter = { $and: [...filterOf(query).$and, keysetFilter(order, after)] };
    const fields = { _id: 0, ...Object.fromEntries(order.map(({ field }) => [field, 1])) };
    return model
      .find(filter, fields)
      .sort(sortOf(order))
      .limit(first + 1)
      .readConcern('majority')
      .lean<ListedRow[]>()
      .exec();
  }

  /** The score is known only after reading, so what the terms' index finds is sorted in memory, of which `$limit` keeps one page. */
  async function relevantPage(query: ListingQuery, order: readonly SortField[], { first, after }: Page) {
    return model
      .aggregate<ListedRow>([
        { $match: filterOf(query) },
        relevanceStage(query.terms),
        { $match: keysetFilter(order, after) },
        { $sort: sortOf(order) },
        { $limit: first + 1 },
        { $project: { _id: 0, ...Object.fromEntries(order.map(({ field }) => [field, 1])) } },
      ])
      .readConcern('majority')
      .exec();
  }
}

type ListedRow = Pick<ProductListing, 'productId'> & Record<string, string | number | Date>;

function placeOf(row: ListedRow, order: readonly SortField[]) {
  return order.map(({ field }) => row[field] ?? null);
}

function idOf({ channel, productId }: ProductListing): string {
  return `${channel}:${productId}`;
}
