import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { systemClock, type Clock } from '#kit/clock/clock.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { runLogger } from '#kit/testing/run-logs.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import { createTinyOrder, createTinyProduct } from './fixtures/tiny-subgraphs.ts';
import { startSubgraph } from './run.ts';

const db = testDatabase();
const env = {
  PORT: '0',
  MONGODB_URI: db.uri,
  MONGODB_DATABASE_PREFIX: db.name,
  INTERNAL_CALL_SECRETS: 'a secret of the services that is long enough',
  LOG_LEVEL: 'silent',
};

afterAll(async () => {
  const connection = await mongoose.createConnection(db.uri).asPromise();
  for (const name of ['product', 'order']) await connection.useDb(`${db.name}_${name}`).dropDatabase();
  await connection.close();
});

async function rowsOf(subgraph: string, collection: string): Promise<unknown[]> {
  const connection = await mongoose.createConnection(db.uri).asPromise();
  try {
    return await connection.useDb(`${db.name}_${subgraph}`).collection(collection).find().toArray();
  } finally {
    await connection.close();
  }
}

test('a subgraph starts from its environment, is ready, and stops', async () => {
  const running = await startSubgraph('product', createTinyProduct, env);
  const url = `http://127.0.0.1:${running.port}/readyz`;
  expect(await (await fetch(url)).json()).toEqual({ status: 'ready', checks: { mongodb: true } });
  await running.stop();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('a change whose caller has gone away is carried to its end before the database is left', async () => {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<{ title: string }>();
  const product: Transport = {
    call() {
      asked.resolve();
      return answered.promise;
    },
    close: async () => {},
  };
  const wiring = { mongoUri: db.uri, database: `${db.name}_order`, clock: systemClock, env: {} };
  const log = runLogger('tiny');
  const order = await createTinyOrder({ ...wiring, log, metrics: createMetrics('order'), transport: product });
  await order.migrate();
  const viewer = { ...anonymousViewer({ channel: 'web', locale: 'en' }), kind: 'MEMBER', id: 'mbr_1' } as const;
  const buying = order.execute(
    { query: 'mutation { buy(productId: "prd_tea") { total { amount } } }' },
    { viewer, requestId: 'req_1' },
  );
  await asked.promise;
  const stopping = order.stop();
  expect(await Promise.race([stopping, nextTurn('it waits')])).toBe('it waits');
  answered.resolve({ title: 'Tea' });
  expect(await buying).toEqual({ data: { buy: { total: { amount: '12.30' } } } });
  await stopping;
  expect(await rowsOf('order', 'orders')).toMatchObject([{ memberId: 'mbr_1', productId: 'prd_tea' }]);
});

test.each([
  [{ ...env, MONGODB_URI: undefined }, 'MONGODB_URI is not set. Expected: the address of a MongoDB replica set'],
  [{ ...env, INTERNAL_CALL_SECRETS: 'short' }, 'INTERNAL_CALL_SECRETS has a value that cannot be used'],
  [
    { ...env, MONGODB_URI: 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300' },
    "MongoDB at mongodb://127.0.0.1:9 can't be reached",
  ],
])('a wrong setting is named in one line (%#)', async (wrong, message) => {
  await expect(startSubgraph('product', createTinyProduct, wrong)).rejects.toThrow(message);
});

test('a subgraph on a machine whose clock is ten minutes off has the time of its database', async () => {
  const machine = systemClock.now;
  systemClock.now = () => new Date(Date.now() + 600_000);
  try {
    let clock: Clock = systemClock;
    const running = await startSubgraph(
      'product',
      (wiring) => {
        clock = wiring.clock;
        return createTinyProduct(wiring);
      },
      env,
    );
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(2_000);
    await running.stop();
  } finally {
    systemClock.now = machine;
  }
});

test('a port in use ends the start and leaves nothing behind', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => {
    taken.listen(0, '0.0.0.0', resolve);
  });
  const { port } = taken.address() as AddressInfo;
  await expect(startSubgraph('product', createTinyProduct, { ...env, PORT: String(port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  taken.close();
});
