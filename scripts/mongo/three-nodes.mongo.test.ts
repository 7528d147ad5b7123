import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import { connectMongo } from '#kit/mongo/connect.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { startThreeNodes, type MongoNode, type ThreeNodes } from './start-three-nodes.ts';

let set: ThreeNodes;
let connection: Connection;

beforeAll(async () => {
  set = await startThreeNodes(await mkdtemp(join(tmpdir(), 'fullchain-three-')), () => undefined);
  connection = await connectMongo({ uri: set.uri, database: 'shop', appName: 'test' });
  await rows().insertOne({ _id: 'first' });
});
afterAll(async () => {
  await connection?.destroy();
  await set?.stop();
});

/** A busy machine takes its time. */
const patient = { withinMs: 30_000 };

const rows = () => connection.getClient().db('shop').collection<{ _id: string }>('rows');
const insert = (_id: string): Promise<unknown> => rows().insertOne({ _id });
const insertInTransaction = (_id: string): Promise<unknown> =>
  inTransaction(connection, (session) => rows().insertOne({ _id }, { session }));

/** How many rows a node has itself, whether or not the others have them. */
async function rowsAt({ port }: MongoNode): Promise<number> {
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/`, { directConnection: true });
  try {
    return await client
      .db('shop')
      .collection('rows')
      .countDocuments({}, { readConcern: { level: 'local' } });
  } finally {
    await client.close();
  }
}

/** Writes again and again until it is acknowledged; a duplicate key says that an unanswered try was written. */
const writtenInTheEnd = (_id: string) =>
  eventually(async () => {
    await rows().updateOne({ _id }, { $set: { written: true } }, { upsert: true });
  }, patient);

describe('three nodes', () => {
  test('acknowledge a write only when the death of the primary can’t undo it', async () => {
    const primary = await set.primary();
    const others = set.nodes.filter((node) => node !== primary);
    await Promise.all(others.map((node) => node.fallBehind()));
    const acknowledged: string[] = [];
    const writes = [
      insert('alone').then(() => acknowledged.push('alone')),
      insertInTransaction('alone-in-transaction').then(() => acknowledged.push('alone-in-transaction')),
    ];
    const answers = Promise.allSettled(writes);
    // The primary has both rows, and nobody else has.
    await eventually(async () => (await rowsAt(primary)) === 3, patient);
    await primary.kill();
    await Promise.all(others.map((node) => node.catchUp()));
    await answers;
    await set.primary();
    const kept = await eventually(() => rows().find().toArray(), patient);
    expect(kept.map(({ _id }) => _id)).toEqual(expect.arrayContaining(['first', ...acknowledged]));
    await primary.restart();
  });

  test('take writes again after the primary was killed', async () => {
    const primary = await set.primary();
    await insert('before the kill');
    await primary.kill();
    await writtenInTheEnd('after the kill');
    expect(await rows().countDocuments({ _id: { $in: ['before the kill', 'after the kill'] } })).toBe(2);
    await primary.restart();
  });

  test('take writes again after the primary froze, and it changes nothing when it thaws', async () => {
    const primary = await set.primary();
    await insert('before the frost');
    await primary.freeze();
    await writtenInTheEnd('in the frost');
    await primary.thaw();
    await writtenInTheEnd('after the frost');
    const ids = ['before the frost', 'in the frost', 'after the frost'];
    expect(await rows().countDocuments({ _id: { $in: ids } })).toBe(3);
  });
});
