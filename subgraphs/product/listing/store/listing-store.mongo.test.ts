import { beforeAll, describe, expect, test } from '@jest/globals';
import { keysetFilter, sortOf } from '#kit/connection/connection.ts';
import { explainOf } from '#kit/mongo/explain.ts';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { orderOf, type ListingQuery, type ProductSort } from '../domain/listing-query.ts';
import { facetPipeline } from './facet-pipeline.ts';
import { filterOf } from './listing-filter.ts';
import { createListingStore } from './listing-store.ts';
import type { ListingRow } from './listing-row.ts';

const database = testDatabase();
const store = createListingStore(database.connection);
const rows = database.connection.collection<ListingRow>('productListings');

const everything: ListingQuery = {
  channel: 'web',
  terms: [],
  categorySlug: null,
  brandIds: null,
  attributes: [],
  price: { min: null, max: null },
  inStock: null,
  scope: null,
};
const sorts: ProductSort[] = ['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'SALES_DESC'];

beforeAll(async () => {
  await ensureIndexes(database.connection);
  await rows.insertMany(
    Array.from({ length: 2_000 }, (_, index): ListingRow => {
      const channel = index % 2 === 0 ? 'web' : 'app';
      const productId = `prd_${String(index).padStart(6, '0')}`;
      const terms = [`term${index % 7}`, `term${index % 11}`];
      const price = (index * 37) % 50_000;
      return {
        _id: `${channel}:${productId}`,
        channel,
        productId,
        minPriceMinor: price,
        maxPriceMinor: price,
        pricesMinor: [price],
        categorySlugs: ['all', `category${index % 10}`],
        brandId: `brd_${index % 5}`,
        brandName: null,
        attributes: [],
        titleTerms: terms,
        labelTerms: [],
        factTerms: [],
        terms,
        skuIds: [`sku_${index}`],
        inStockSkuIds: [],
        inStock: false,
        salesCount: index % 50,
        publishedAt: new Date(index * 1_000),
      };
    }),
  );
});

describe('the listings of a channel', () => {
  test.each(sorts.flatMap((sort) => [null, 'category4'].map((categorySlug) => ({ sort, categorySlug }))))(
    'are read from an index in the order of $sort, in category $categorySlug, on the first page and after it',
    async ({ sort, categorySlug }) => {
      const query = { ...everything, categorySlug };
      const order = orderOf(sort, []);
      const [, second] = await store.page(query, sort, { first: 20, after: null });
      for (const after of [null, second?.place ?? []]) {
        const filter = { $and: [...filterOf(query).$and, keysetFilter(order, after)] };
        const plan = await explainOf(rows.find(filter).sort(sortOf(order)).limit(21));
        expect(plan).toMatchObject({ collectionScan: false, inMemorySort: false });
      }
    },
  );

  test('are found by the terms of a search and counted from an index', async () => {
    const query = { ...everything, terms: ['term3', 'term5'] };
    expect(await explainOf(rows.find(filterOf(query)))).toMatchObject({
      collectionScan: false,
      indexUsed: 'channel_1_terms_1',
    });
    expect((await explainOf(rows.aggregate(facetPipeline(query)))).collectionScan).toBe(false);
  });

  test('become in stock with their first SKU and sold out with their last', async () => {
    const stockOf = () => rows.findOne({ skuIds: 'sku_0' }, { projection: { inStock: 1, inStockSkuIds: 1, _id: 0 } });
    const mark = (inStock: boolean) =>
      database.connection.withSession((session) => store.markInStock('sku_0', inStock, session));
    await mark(true);
    await mark(true);
    expect(await stockOf()).toEqual({ inStock: true, inStockSkuIds: ['sku_0'] });
    await mark(false);
    expect(await stockOf()).toEqual({ inStock: false, inStockSkuIds: [] });
  });
});
