import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type Page, type SortField } from '#kit/connection/connection.ts';
import { gatherKeys } from '#kit/gather/gathered-reads.ts';
import { createSameRows } from '#kit/mongo/same-rows.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import type { Brand } from '../domain/brand.ts';

interface BrandRow extends Omit<Brand, 'id'> {
  readonly _id: string;
}

/** Where brands are kept. */
export interface BrandStore {
  byIds(ids: readonly string[], session?: ClientSession): Promise<Brand[]>;
  byKeys(keys: readonly string[], session?: ClientSession): Promise<Brand[]>;
  /** One more than `page.first`, by key. */
  page(page: Page): Promise<Brand[]>;
  count(): Promise<number>;
  /** Writes new brands. A key that is taken is a duplicate key. */
  add(brands: readonly Brand[], session: ClientSession): Promise<void>;
}

/** Keys are unique, so that they are a whole sort. */
const byKey: readonly SortField[] = [{ field: 'key', direction: 1 }];

/** The collection `brands`. */
export function createBrandStore(connection: Connection): BrandStore {
  const model = defineModel<BrandRow>(
    connection,
    'Brand',
    {
      _id: { type: String, required: true },
      name: { zh: { type: String, required: true }, en: String },
      key: { type: String, required: true },
    },
    { collection: 'brands', indexes: [{ key: { key: 1 }, unique: true }] },
  );
  const brandOf = ({ _id, ...rest }: BrandRow): Brand => ({ id: _id, ...rest });
  const sameBrands = createSameRows(brandOf);
  async function byIds(ids: readonly string[], session?: ClientSession): Promise<Brand[]> {
    const wanted = { _id: trusted({ $in: ids }) };
    // What is remembered must not be undone by a failover.
    if (session === undefined) return sameBrands(model.find(wanted).readConcern('majority'));
    return (await model.find(wanted, null, { session }).lean<BrandRow[]>().exec()).map(brandOf);
  }
  // Those of a page, which many look at.
  const idsTogether = gatherKeys(async (ids) => new Map((await byIds(ids)).map((brand) => [brand.id, brand])));

  return {
    byIds: async (ids, session) => (session ? byIds(ids, session) : [...(await idsTogether(ids)).values()]),
    async byKeys(keys, session) {
      const rows = await model
        .find({ key: trusted({ $in: keys }) }, null, { session })
        .lean<BrandRow[]>()
        .exec();
      return rows.map(brandOf);
    },
    async page({ first, after }) {
      const query = model
        .find(keysetFilter(byKey, after))
        .sort(sortOf(byKey))
        .limit(first + 1);
      return (await query.lean<BrandRow[]>().exec()).map(brandOf);
    },
    count: () => model.countDocuments({}).exec(),
    async add(brands, session) {
      if (brands.length === 0) return;
      await model.insertMany(
        brands.map(({ id, ...rest }) => ({ _id: id, ...rest })),
        { session },
      );
    },
  };
}
