import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import { systemClock } from '#kit/clock/clock.ts';
import { createExecutor } from '#kit/graphql/executor.ts';
import { createSharedTransaction } from '#kit/group-commit/shared-transaction.ts';
import { ownTimeOf } from '#kit/testing/own-time.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { connectMongo } from './connect.ts';

const db = testDatabase();
const connection = await connectMongo({ uri: db.uri, database: db.name, appName: 'pool-test', maxPoolSize: 1 });
const things = () => connection.getClient().db(db.name).collection<{ _id: string }>('things');
const context = {
  viewer: systemViewer('test'),
  requestId: 'req_1',
  readsFromMemory: false,
  signal: new AbortController().signal,
  log: pino({ level: 'silent' }),
  clock: systemClock,
};
beforeAll(() => things().insertOne({ _id: 'one' }));
afterAll(() => connection.close());

/** Takes the only connection for longer than anybody waits for one. */
async function heldFor(ms: number, during: () => Promise<void>): Promise<void> {
  const holding = things().findOne({ $where: `sleep(${ms}) || true` });
  await during();
  await holding;
}

test('a query that gets no connection is answered with BUSY and a time to come again, within two seconds and a half', async () => {
  const schema = buildSchema('type Query { thing: ID }');
  const query = schema.getQueryType()?.getFields()['thing'];
  if (query) query.resolve = async () => (await things().findOne({}))?._id;
  const executor = createExecutor(schema);

  await heldFor(3_000, async () => {
    const { value: answer, ms } = await ownTimeOf(() => executor.execute({ query: '{ thing }' }, context));
    expect(ms).toBeLessThan(2_500);
    expect(answer).toEqual({
      data: { thing: null },
      errors: [
        {
          message: 'Too busy right now. Please try again.',
          path: ['thing'],
          extensions: { code: 'BUSY', retryAfterMs: 1_000, requestId: 'req_1' },
        },
      ],
    });
  });
  expect(await executor.execute({ query: '{ thing }' }, context)).toEqual({ data: { thing: 'one' } });
});

test('a group that gets no connection is refused at once and as a whole, and nothing of it is written', async () => {
  const insert = createSharedTransaction(connection)<string, true>({
    keysOf: () => ['things'],
    async run(session, ids) {
      for (const _id of ids) await things().insertOne({ _id }, { session });
      return ids.map(() => true);
    },
  });

  await heldFor(3_000, async () => {
    const { value: outcomes, ms } = await ownTimeOf(() => Promise.allSettled(['two', 'three'].map(insert)));
    expect(ms).toBeLessThan(5_000);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'MongoWaitQueueTimeoutError' } });
    }
  });
  expect(await things().countDocuments({ _id: { $in: ['two', 'three'] } })).toBe(0);
});
