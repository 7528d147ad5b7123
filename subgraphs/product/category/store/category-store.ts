import type { ClientSession, Connection } from 'mongoose';
import { gatherRead } from '#kit/gather/gathered-reads.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import type { Category } from '../domain/category-tree.ts';

interface CategoryRow extends Omit<Category, 'id'> {
  readonly _id: string;
}

/** Where categories are kept. */
export interface CategoryStore {
  /** All of them: the tree is read as a whole. */
  all(session?: ClientSession): Promise<Category[]>;
  /** Writes new and changed ones. A slug that is taken is a duplicate key. */
  save(categories: readonly Category[], session: ClientSession): Promise<void>;
}

/** The collection `categories`. */
export function createCategoryStore(connection: Connection): CategoryStore {
  const model = defineModel<CategoryRow>(
    connection,
    'Category',
    {
      _id: { type: String, required: true },
      slug: { type: String, required: true },
      name: { zh: { type: String, required: true }, en: String },
      parentId: String,
      position: { type: Number, required: true },
    },
    { collection: 'categories', indexes: [{ key: { slug: 1 }, unique: true }] },
  );
  async function all(session?: ClientSession): Promise<Category[]> {
    const query = model.find({}, null, { session });
    // What is remembered must not be undone by a failover.
    if (session === undefined) query.readConcern('majority');
    const rows = await query.lean<CategoryRow[]>().exec();
    return rows.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
  }
  const allTogether = gatherRead(() => all());

  return {
    all: (session) => (session ? all(session) : allTogether()),
    async save(categories, session) {
      if (categories.length === 0) return;
      await model.bulkWrite(
        categories.map(({ id, ...rest }) => ({
          replaceOne: { filter: { _id: id }, replacement: { _id: id, ...rest }, upsert: true },
        })),
        { session },
      );
    },
  };
}
