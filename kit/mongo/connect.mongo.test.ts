import { createServer } from 'node:net';
import { afterAll, describe, expect, test } from '@jest/globals';
import { connectMongo, defineModel, type ObservedCommand } from '#kit/mongo/connect.ts';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const seen: ObservedCommand[] = [];
const connection = await connectMongo({
  uri: db.uri,
  database: db.name,
  appName: 'connect-test',
  onCommand: (command) => seen.push(command),
});
const things = defineModel<{ _id: string; rank: number; kind: string }>(
  connection,
  'Thing',
  { _id: String, rank: Number, kind: String },
  { collection: 'things', indexes: [{ key: { kind: 1, rank: 1 } }] },
);
afterAll(() => connection.close());

describe('connecting', () => {
  test('writes with majority and journal, and retries', () => {
    const { writeConcern, retryWrites, heartbeatFrequencyMS, connectTimeoutMS, socketTimeoutMS } =
      connection.getClient().options;
    expect(writeConcern).toMatchObject({ w: 'majority', journal: true });
    expect({ retryWrites, heartbeatFrequencyMS, connectTimeoutMS, socketTimeoutMS }).toEqual({
      retryWrites: true,
      heartbeatFrequencyMS: 1_000,
      connectTimeoutMS: 2_000,
      socketTimeoutMS: 5_000,
    });
  });

  test('tells of every command, so that queries can be counted', async () => {
    seen.length = 0;
    await things.find({ kind: 'a' }).lean().exec();
    await things.updateOne({ _id: 'x' }, { rank: 1 }).exec();
    expect(seen.map(({ database, collection, command, ok }) => ({ database, collection, command, ok }))).toEqual([
      { database: db.name, collection: 'things', command: 'find', ok: true },
      { database: db.name, collection: 'things', command: 'update', ok: true },
    ]);
    expect(seen[0]?.ms).toBeGreaterThanOrEqual(0);
  });

  test('fails in one line without the password when nobody answers', async () => {
    const attempt = connectMongo({
      uri: 'mongodb://root:s3cret@127.0.0.1:1/?directConnection=true',
      database: 'd',
      appName: 't',
      serverSelectionTimeoutMs: 200,
    });
    const failure = await attempt.catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ name: 'MongoUnusableError' });
    expect((failure as Error).message).toMatch(/^MongoDB at mongodb:\/\/127\.0\.0\.1:1 can't be reached: [^\n]+$/);
    expect((failure as Error).message).not.toContain('s3cret');
  });

  test('does not wait for ever for a server that accepts and says nothing', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
    await expect(connectMongo({ uri, database: 'd', appName: 't', serverSelectionTimeoutMs: 300 })).rejects.toThrow(
      "can't be reached",
    );
    silent.close();
  });
});

describe('explaining', () => {
  test('sees an index that also sorts', async () => {
    await connection.collection('things').createIndex({ kind: 1, rank: 1 });
    const plan = await explainOf(things.find({ kind: 'a' }).sort({ rank: 1 }).limit(5));
    expect(plan).toMatchObject({ indexUsed: 'kind_1_rank_1', inMemorySort: false, collectionScan: false });
    expect(plan.stages).toContain('IXSCAN');
  });

  test('sees a collection scan with a sort in memory, in a query, a cursor and a pipeline', async () => {
    await things.create({ _id: 'x', rank: 1, kind: 'a' });
    const scan = { indexUsed: null, inMemorySort: true, collectionScan: true };
    expect(await explainOf(things.find({ rank: 1 }).sort({ rank: -1, _id: 1 }).lean())).toMatchObject(scan);
    expect(
      await explainOf(connection.getClient().db(db.name).collection('things').find().sort({ rank: 1 })),
    ).toMatchObject(scan);
    expect(await explainOf(things.aggregate([{ $group: { _id: '$rank' } }, { $sort: { _id: 1 } }]))).toMatchObject(
      scan,
    );
  });

  test('knows a lookup by id', async () => {
    expect(await explainOf(things.find({ _id: 'x' }))).toMatchObject({ indexUsed: '_id_', collectionScan: false });
  });
});
