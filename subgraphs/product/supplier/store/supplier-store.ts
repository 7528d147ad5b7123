import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type Page, type SortField } from '#kit/connection/connection.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import type { Supplier } from '../domain/supplier.ts';

interface SupplierRow extends Omit<Supplier, 'id'> {
  readonly _id: string;
}

/** Where suppliers are kept. */
export interface SupplierStore {
  byIds(ids: readonly string[]): Promise<Supplier[]>;
  byCodes(codes: readonly string[], session?: ClientSession): Promise<Supplier[]>;
  /** One more than `page.first`, by code. */
  page(page: Page): Promise<Supplier[]>;
  count(): Promise<number>;
  /** Writes a new one; false when its code is taken. */
  add(supplier: Supplier): Promise<boolean>;
  /** Writes new and changed ones. A code that is taken is a duplicate key. */
  save(suppliers: readonly Supplier[], session: ClientSession): Promise<void>;
  /** Changes one that is active, and answers it as it is then; null when there is none. */
  change(id: string, change: Partial<Pick<Supplier, 'name' | 'status'>>): Promise<Supplier | null>;
}

/** Codes are unique, so that they are a whole sort. */
const byCode: readonly SortField[] = [{ field: 'code', direction: 1 }];

/** The collection `suppliers`. */
export function createSupplierStore(connection: Connection): SupplierStore {
  const text = { type: String, required: true } as const;
  const model = defineModel<SupplierRow>(
    connection,
    'Supplier',
    { _id: text, code: text, name: text, status: text },
    { collection: 'suppliers', indexes: [{ key: { code: 1 }, unique: true }] },
  );
  const supplierOf = ({ _id, ...rest }: SupplierRow): Supplier => ({ id: _id, ...rest });
  return {
    async byIds(ids) {
      const rows = await model
        .find({ _id: trusted({ $in: ids }) })
        .lean<SupplierRow[]>()
        .exec();
      return rows.map(supplierOf);
    },
    async byCodes(codes, session) {
      if (codes.length === 0) return [];
      const rows = await model
        .find({ code: trusted({ $in: codes }) }, null, { session })
        .lean<SupplierRow[]>()
        .exec();
      return rows.map(supplierOf);
    },
    async page({ first, after }) {
      const query = model
        .find(keysetFilter(byCode, after))
        .sort(sortOf(byCode))
        .limit(first + 1);
      return (await query.lean<SupplierRow[]>().exec()).map(supplierOf);
    },
    count: () => model.countDocuments({}).exec(),
    async add({ id, ...rest }) {
      try {
        await model.insertMany([{ _id: id, ...rest }]);
        return true;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return false;
      }
    },
    async save(suppliers, session) {
      if (suppliers.length === 0) return;
      await model.bulkWrite(
        suppliers.map(({ id, ...rest }) => ({
          replaceOne: { filter: { _id: id }, replacement: { _id: id, ...rest }, upsert: true },
        })),
        { session },
      );
    },
    async change(id, change) {
      const row = await model
        .findOneAndUpdate({ _id: id, status: 'ACTIVE' }, { $set: change }, { returnDocument: 'after' })
        .lean<SupplierRow>()
        .exec();
      return row && supplierOf(row);
    },
  };
}
