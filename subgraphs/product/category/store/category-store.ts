import type { ClientSession, Connection } from 'mongoose';
import { gatherRead } from '#kit/gather/gathered-reads.ts';
import { createSameRows } from '#kit/mongo/same-rows.ts';
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
  const sameCategories = createSameRows(categoryOf);
  // What is remembered must not be undone by a failover.
  const allTogether = gatherRead(() => sameCategories(model.find({}).readConcern('majority')));

  return {
    async all(session) {
      if (session === undefined) return allTogether();
      const rows = await model.find({}, null, { session }).lean<CategoryRow[]>().exec();
      return rows.map(categoryOf);
    },
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

function categoryOf({ _id, ...rest }: CategoryRow): Category {
  return { id: _id, ...rest };
}
