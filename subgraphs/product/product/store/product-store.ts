import type { ClientSession, Connection, QueryFilter } from 'mongoose';
import { keysetFilter, sortOf, type Page, type SortField } from '#kit/connection/connection.ts';
import { gatherKeys } from '#kit/gather/gathered-reads.ts';
import { defineCollection, defineModel, trusted } from '#kit/mongo/connect.ts';
import { createSameRows } from '#kit/mongo/same-rows.ts';
import type { Product, ProductStatus } from '../domain/product.ts';
import { productDefinition, productIndexes, type ProductRow } from './product-row.ts';

/** Which products a merchandiser wants to see. */
export interface StaffFilter {
  readonly status: ProductStatus | null;
  readonly skuCode: string | null;
}

/** Where a feed stands: the change it gave out last. */
export interface FeedPlace {
  readonly updatedAt: Date;
  readonly id: string;
}

/** Where products are kept, each with its SKUs in one document. Lists come in no particular order unless said. */
export interface ProductStore {
  byIds(ids: readonly string[], session?: ClientSession): Promise<Product[]>;
  bySlugs(slugs: readonly string[], session?: ClientSession): Promise<Product[]>;
  bySkuIds(skuIds: readonly string[], session?: ClientSession): Promise<Product[]>;
  bySkuCodes(codes: readonly string[], session?: ClientSession): Promise<Product[]>;
  /** One more than `page.first`, newest first. */
  staffPage(filter: StaffFilter, page: Page): Promise<Product[]>;
  staffCount(filter: StaffFilter): Promise<number>;
  /** At most `limit` products that are or were in the channel and changed after `since`, the earliest change first. */
  changedSince(channel: string, since: FeedPlace | null, limit: number): Promise<Product[]>;
  /** Writes new and changed products. A slug or SKU code that is taken is a duplicate key. */
  save(products: readonly Product[], session: ClientSession): Promise<void>;
  /** Adds to the pieces sold. */
  addSales(sales: ReadonlyMap<string, number>, session: ClientSession): Promise<void>;
  /** Keeps whether a SKU can be bought. */
  markInStock(skuId: string, inStock: boolean, session: ClientSession): Promise<void>;
}

/** Ids grow with time: the newest product has the largest. */
const newestFirst: readonly SortField[] = [{ field: '_id', direction: -1 }];
const byChange: readonly SortField[] = [
  { field: 'updatedAt', direction: 1 },
  { field: '_id', direction: 1 },
];

/** The collection `products`. */
export function createProductStore(connection: Connection): ProductStore {
  const model = defineModel<ProductRow>(connection, 'Product', productDefinition, {
    collection: 'products',
    indexes: productIndexes,
  });
  // Whole documents made by our own rules are written as they are: casting them costs six times the write itself.
  const documents = defineCollection<ProductRow>(connection, 'products', productIndexes);

  // Most are as they were when somebody looked at them last.
  const sameProducts = createSameRows(productOf);

  async function find(filter: QueryFilter<ProductRow>, session?: ClientSession): Promise<Product[]> {
    // What is remembered must not be undone by a failover.
    if (session === undefined) return sameProducts(model.find(filter).readConcern('majority'));
    const rows = await model.find(filter, null, { session }).lean<ProductRow[]>().exec();
    return rows.map(productOf);
  }
  // Pages and prices of many shoppers ask for the same goods at the same time.
  const idsTogether = gatherKeys(
    async (ids) => new Map((await find({ _id: trusted({ $in: ids }) })).map((product) => [product.id, product])),
  );
  const slugsTogether = gatherKeys(
    async (slugs) => new Map((await find({ slug: trusted({ $in: slugs }) })).map((product) => [product.slug, product])),
  );
  const skuIdsTogether = gatherKeys(async (skuIds) => {
    const products = await find({ 'skus.id': trusted({ $in: skuIds }) });
    return new Map(products.flatMap((product) => product.skus.map((sku) => [sku.id, product])));
  });
  const staffFilter = ({ status, skuCode }: StaffFilter) => ({
    ...(status === null ? {} : { status }),
    ...(skuCode === null ? {} : { 'skus.code': skuCode }),
  });

  return {
    byIds: async (ids, session) =>
      session ? find({ _id: trusted({ $in: ids }) }, session) : distinct(await idsTogether(ids)),
    bySlugs: async (slugs, session) =>
      session ? find({ slug: trusted({ $in: slugs }) }, session) : distinct(await slugsTogether(slugs)),
    bySkuIds: async (skuIds, session) =>
      session ? find({ 'skus.id': trusted({ $in: skuIds }) }, session) : distinct(await skuIdsTogether(skuIds)),
    bySkuCodes: (codes, session) => find({ 'skus.code': trusted({ $in: codes }) }, session),
    async staffPage(filter, { first, after }) {
      const query = model.find({ ...staffFilter(filter), ...keysetFilter(newestFirst, after) });
      const rows = await query
        .sort(sortOf(newestFirst))
        .limit(first + 1)
        .lean<ProductRow[]>()
        .exec();
      return rows.map(productOf);
    },
    staffCount: (filter) => model.countDocuments(staffFilter(filter)).exec(),
    async changedSince(channel, since, limit) {
      const after = keysetFilter(byChange, since === null ? null : [since.updatedAt, since.id]);
      const query = model.find({ formerChannels: channel, ...after });
      const rows = await query.sort(sortOf(byChange)).limit(limit).lean<ProductRow[]>().exec();
      return rows.map(productOf);
    },
    async save(products, session) {
      if (products.length === 0) return;
      await documents().bulkWrite(
        products.map(({ id, ...rest }) => ({
          replaceOne: { filter: { _id: id }, replacement: rest, upsert: true },
        })),
        { session },
      );
    },
    async addSales(sales, session) {
      if (sales.size === 0) return;
      await model.bulkWrite(
        [...sales].map(([id, quantity]) => ({
          updateOne: { filter: { _id: id }, update: { $inc: { salesCount: quantity } } },
        })),
        { session },
      );
    },
    async markInStock(skuId, inStock, session) {
      await model.updateOne({ 'skus.id': skuId }, { $set: { 'skus.$.inStock': inStock } }, { session }).exec();
    },
  };
}

function productOf({ _id, ...rest }: ProductRow): Product {
  // Products that were written before there were suppliers have none.
  return { ...rest, id: _id, supplierId: rest.supplierId ?? null };
}

function distinct(found: ReadonlyMap<string, Product>): Product[] {
  return [...new Set(found.values())];
}
