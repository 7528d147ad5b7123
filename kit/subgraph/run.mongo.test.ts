import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { systemClock, type Clock } from '#kit/clock/clock.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createTinyProduct } from './fixtures/tiny-subgraphs.ts';
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
  await connection.useDb(`${db.name}_product`).dropDatabase();
  await connection.close();
});

test('a subgraph starts from its environment, is ready, and stops', async () => {
  const running = await startSubgraph('product', createTinyProduct, env);
  const url = `http://127.0.0.1:${running.port}/readyz`;
  expect(await (await fetch(url)).json()).toEqual({ status: 'ready', checks: { mongodb: true } });
  await running.stop();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
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
