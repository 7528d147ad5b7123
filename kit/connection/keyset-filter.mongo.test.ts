import { beforeAll, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { z } from 'zod';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { encodeCursor, keysetFilter, pageOf, sortOf, type CursorValues, type SortField } from './connection.ts';

interface Row {
  _id: string;
  shelf: string;
  price: number;
  soldAt?: Date | null;
}

const db = testDatabase();
const rowCount = 3_000;
const priceCount = 3;

const byPrice: readonly SortField[] = [
  { field: 'price', direction: 1 },
  { field: '_id', direction: 1 },
];
const byPriceDown: readonly SortField[] = [
  { field: 'price', direction: -1 },
  { field: '_id', direction: -1 },
];
const bySaleDown: readonly SortField[] = [
  { field: 'soldAt', direction: -1, nullable: true },
  { field: '_id', direction: 1 },
];
const bySale: readonly SortField[] = [
  { field: 'soldAt', direction: 1, nullable: true },
  { field: '_id', direction: 1 },
];

const planSchema = z.object({
  executionStats: z.object({ nReturned: z.number(), totalKeysExamined: z.number() }),
});

let rows: mongoose.Model<Row>;

beforeAll(async () => {
  const schema = new mongoose.Schema<Row>(
    { _id: String, shelf: String, price: Number, soldAt: Date },
    { versionKey: false, autoCreate: false, autoIndex: false },
  );
  schema.set('strictQuery', true);
  rows = db.connection.model<Row>('Row', schema, 'rows');
  await rows.collection.createIndex({ shelf: 1, price: 1, _id: 1 });
  await rows.collection.createIndex({ shelf: 1, soldAt: -1, _id: 1 });
  await rows.insertMany(
    Array.from({ length: rowCount }, (_, index): Row => {
      const row: Row = {
        _id: `r${String((index * 7919) % rowCount).padStart(5, '0')}`,
        shelf: 'a',
        price: index % priceCount,
      };
      if (index % 4 === 0) return row;
      return { ...row, soldAt: index % 4 === 1 ? null : new Date(Date.UTC(2026, 0, 1 + (index % 50))) };
    }),
  );
});

function pageAfter(sort: readonly SortField[], after: CursorValues | null, limit: number) {
  const filter = { $and: [{ shelf: 'a' }, keysetFilter(sort, after)] };
  return rows.find(filter).setOptions({ sanitizeFilter: true }).sort(sortOf(sort)).limit(limit).lean();
}

const valuesOf = (sort: readonly SortField[], row: Row): CursorValues =>
  sort.map(({ field }) => (field === 'soldAt' ? (row.soldAt ?? null) : field === 'price' ? row.price : row._id));

describe('paging through a list with many ties', () => {
  test.each([
    ['upwards', byPrice],
    ['downwards', byPriceDown],
    ['downwards with rows that have no value', bySaleDown],
    ['upwards with rows that have no value', bySale],
  ])('%s gives every row once, in the order of one whole sort', async (_name, sort) => {
    const whole = await rows.find({ shelf: 'a' }).sort(sortOf(sort)).lean().exec();
    const seen: string[] = [];
    let after: CursorValues | null = null;
    for (;;) {
      const page: Row[] = await pageAfter(sort, after, 97).exec();
      seen.push(...page.map((row) => row._id));
      const last = page.at(-1);
      if (last === undefined) break;
      after = pageOf({ first: 97, after: encodeCursor(valuesOf(sort, last)) }).after;
    }
    expect(seen).toEqual(whole.map((row) => row._id));
  });

  test.each([
    ['upwards', byPrice, [1, 'r01500']],
    ['downwards', byPriceDown, [1, 'r01500']],
    ['downwards with rows that have no value', bySaleDown, [new Date(Date.UTC(2026, 0, 20)), 'r01500']],
  ])(
    '%s reads only the page from the index: no sort, no scan, no walk through the ties',
    async (_name, sort, after) => {
      const query = () => pageAfter(sort, after, 20);
      expect(await explainOf(query())).toMatchObject({ collectionScan: false, inMemorySort: false });
      const explained: unknown = await query().explain('executionStats');
      const { executionStats } = planSchema.parse(explained);
      expect(executionStats.nReturned).toBe(20);
      expect(executionStats.totalKeysExamined).toBeLessThan(60);
    },
  );
});
