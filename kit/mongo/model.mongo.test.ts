import { beforeAll, describe, expect, test } from '@jest/globals';
import { defineModel, ensureIndexes, IndexConflictError, trusted, trustedExpression } from '#kit/mongo/connect.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

interface Stored {
  _id: string;
  status: string;
  total: number;
  limit?: number;
  lines: { sku: string; quantity: number }[];
  notes?: object;
}

const db = testDatabase();
const model = defineModel<Stored>(
  db.connection,
  'Stored',
  {
    _id: { type: String, required: true },
    status: String,
    total: Number,
    limit: Number,
    lines: [{ sku: String, quantity: Number }],
    notes: Object,
  },
  { collection: 'stored', indexes: [{ key: { status: 1, _id: 1 } }, { key: { total: 1 }, unique: true }] },
);
const ids = async (filter: object) => (await model.find(filter).sort({ _id: 1 }).lean().exec()).map((row) => row._id);

beforeAll(async () => {
  await ensureIndexes(db.connection);
  await model.insertMany([
    { _id: 'a', status: 'PAID', total: 5, limit: 9, lines: [{ sku: 'x', quantity: 1 }] },
    { _id: 'b', status: 'PAID', total: 10, limit: 9, lines: [{ sku: 'y', quantity: 2 }] },
    { _id: 'c', status: 'OPEN', total: 20, limit: 90, lines: [], notes: {} },
  ]);
});

describe('filters of a defined model', () => {
  test('our own operators work when they are trusted, one field at a time', async () => {
    expect(await ids({ status: 'PAID', total: trusted({ $gte: 6, $lt: 20 }) })).toEqual(['b']);
    expect(await ids({ _id: trusted({ $in: ['a', 'c', 'z'] }) })).toEqual(['a', 'c']);
    expect(await ids({ total: trusted({ $not: { $gt: 5 } }) })).toEqual(['a']);
  });

  test('marks are found inside $or, $and and $nor', async () => {
    const after = { $or: [{ total: trusted({ $gt: 10 }) }, { total: 10, _id: trusted({ $gt: 'a' }) }] };
    expect(await ids(after)).toEqual(['b', 'c']);
    expect(await ids({ $nor: [{ total: trusted({ $gt: 5 }) }] })).toEqual(['a']);
  });

  test('an operator that came with a request is compared as a value and selects nothing', async () => {
    await expect(ids({ _id: JSON.parse('{"$ne":null}') })).rejects.toThrow('Cast to string failed');
    await expect(ids({ total: JSON.parse('{"$gt":0}') })).rejects.toThrow('Cast to Number failed');
    expect(await ids({ notes: JSON.parse('{"$exists":true}') })).toEqual([]);
  });

  test('a request cannot smuggle one into $elemMatch either', async () => {
    expect(await ids({ lines: trusted({ $elemMatch: { sku: 'y', quantity: trusted({ $gt: 1 }) } }) })).toEqual(['b']);
    await expect(ids({ lines: trusted({ $elemMatch: { sku: JSON.parse('{"$ne":""}') } }) })).rejects.toThrow('Cast');
  });

  test('chained operators are treated like unmarked ones', async () => {
    await expect(model.find().where('total').gt(0).lean().exec()).rejects.toThrow('Cast to Number failed');
  });

  test('an expression needs its own mark, $where has none', async () => {
    await expect(ids({ $expr: { $lt: ['$total', '$limit'] } })).rejects.toThrow('$expr is not allowed');
    expect(await ids({ $expr: trustedExpression({ $lt: ['$total', '$limit'] }) })).toEqual(['a', 'c']);
    await expect(ids({ $where: 'true' })).rejects.toThrow('$where is not allowed');
  });

  test('trusted refuses an operator that is not on its list', () => {
    expect(() => trusted({ $regex: '.*' } as object)).toThrow(new TypeError('trusted() does not allow $regex.'));
  });

  test('the same holds for counting, updating and deleting', async () => {
    await expect(model.deleteMany({ total: JSON.parse('{"$gt":0}') }).exec()).rejects.toThrow('Cast');
    await expect(model.updateOne({ total: JSON.parse('{"$gt":0}') }, { status: 'X' }).exec()).rejects.toThrow('Cast');
    await expect(model.countDocuments({ total: JSON.parse('{"$gt":0}') }).exec()).rejects.toThrow('Cast');
    expect(await model.countDocuments({ total: trusted({ $gt: 5 }) }).exec()).toBe(2);
  });

  test('a mistyped field throws instead of selecting everything', async () => {
    await expect(ids({ statsu: 'PAID' })).rejects.toThrow('Path "statsu" is not in schema');
    await expect(model.updateOne({ _id: 'a' }, { $set: { statsu: 'X' } }).exec()).rejects.toThrow('statsu');
    await expect(model.create({ _id: 'd', statsu: 'X' } as object)).rejects.toThrow('statsu');
  });
});

describe('documents of a defined model', () => {
  test('hold what was given and nothing else: no version key, no ids in arrays, empty objects kept', async () => {
    expect(await model.findById('c').lean().exec()).toEqual({
      _id: 'c',
      status: 'OPEN',
      total: 20,
      limit: 90,
      lines: [],
      notes: {},
    });
    expect((await model.findById('a').lean().exec())?.lines).toEqual([{ sku: 'x', quantity: 1 }]);
  });
});

describe('indexes', () => {
  test('are built once and may be asked for again', async () => {
    await ensureIndexes(db.connection);
    const names = (await db.connection.collection('stored').indexes()).map((index) => index.name);
    expect(names).toEqual(['_id_', 'status_1__id_1', 'total_1']);
  });

  test('that data or older indexes stand against are all named in one error', async () => {
    await db.connection.collection('twins').insertMany([{ code: 'x' }, { code: 'x' }]);
    await db.connection.collection('twins').createIndex({ at: 1 });
    defineModel(
      db.connection,
      'Twin',
      { _id: String, code: String, at: Date },
      {
        collection: 'twins',
        indexes: [
          { key: { code: 1 }, unique: true },
          { key: { at: 1 }, expireAfterSeconds: 5 },
        ],
      },
    );
    const failure = await ensureIndexes(db.connection).catch((error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(IndexConflictError);
    expect(failure?.message).toMatch(/twins \{"code":1\}: .*duplicate key.*; twins \{"at":1\}: /s);
  });
});
