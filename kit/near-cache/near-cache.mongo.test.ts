import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { createChangeFeed, type ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { createChangeStreams } from '#kit/change-feed/change-streams.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { connectMongo } from '#kit/mongo/connect.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { startTcpProxy, type TcpProxy } from '#kit/testing/tcp-proxy.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createNearCache, type NearCache } from './near-cache.ts';

interface Counter {
  readonly _id: string;
  readonly value: number;
}

const database = testDatabase();
/** Somebody else's connection: what is written here, the cache learns by the feed only. */
const elsewhere = () => database.connection.collection<Counter>('counters');
const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);

let proxy: TcpProxy;
let connection: Connection;
let feed: ChangeFeed;
let cache: NearCache<number>;

beforeAll(async () => {
  proxy = await startTcpProxy(Number(new URL(database.uri).port));
  const uri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`;
  connection = await connectMongo({ uri, database: database.name, appName: 'test' });
  const streams = createChangeStreams(connection.getClient(), pino({ level: 'silent' }));
  feed = createChangeFeed(streams, { database: database.name, metrics: createMetrics('test') });
  const counters = connection.getClient().db(database.name).collection<Counter>('counters');
  cache = createNearCache<number>(feed, {
    readModel: 'counters',
    async load(keys) {
      const rows = await counters.find({ _id: { $in: [...keys] } }, { readConcern: { level: 'majority' } }).toArray();
      return new Map(rows.map(({ _id, value }) => [_id, value]));
    },
    madeFrom: { counters: ({ id }) => [id] },
    most: 100,
  });
  await elsewhere().insertMany(ids.map((_id) => ({ _id, value: 0 })));
  feed.start();
  await eventually(() => feed.isFresh());
});
afterAll(async () => {
  await feed.stop();
  proxy.open();
  await connection.close();
  await proxy.stop();
});

const stored = () => elsewhere().find({}).sort({ _id: 1 }).toArray();
const known = async () => Promise.all((await stored()).map(async ({ _id }) => ({ _id, value: await cache.get(_id) })));

describe('a near cache that follows the database', () => {
  test('has what somebody else writes within a second, whatever it had before', async () => {
    const lags: number[] = [];
    for (let value = 1; value <= 50; value += 1) {
      await cache.get('c0');
      await elsewhere().updateOne({ _id: 'c0' }, { $set: { value } });
      const writtenAt = performance.now();
      await eventually(async () => (await cache.get('c0')) === value, { everyMs: 1 });
      lags.push(performance.now() - writtenAt);
    }
    expect(Math.max(...lags)).toBeLessThan(1_000);
  });

  test('agrees with the database after many writers, while nobody ever read an older value than before', async () => {
    const seen = new Map<string, number>();
    let isOver = false;
    const reading = (async () => {
      while (!isOver) {
        for (const id of ids) {
          const value = (await cache.get(id)) ?? -1;
          expect(value).toBeGreaterThanOrEqual(seen.get(id) ?? 0);
          seen.set(id, value);
        }
        await new Promise(setImmediate);
      }
    })();
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(
        ids.map((_id, index) =>
          (index + round) % 3 === 0 ? elsewhere().updateOne({ _id }, { $inc: { value: 1 } }) : undefined,
        ),
      );
      await elsewhere().updateMany({}, { $inc: { value: 1 } });
    }
    isOver = true;
    await reading;
    await eventually(async () => expect(await known()).toEqual(await stored()));
  });

  test('agrees with the database after its connections were reset again and again', async () => {
    for (let round = 0; round < 5; round += 1) {
      await Promise.allSettled(ids.map((id) => cache.get(id)));
      proxy.reset();
      await elsewhere().updateMany({}, { $inc: { value: 1 } });
      proxy.open();
    }
    await eventually(() => feed.isFresh(), { withinMs: 20_000 });
    await eventually(async () => expect(await known()).toEqual(await stored()), { withinMs: 10_000 });
    await eventually(() => expect(cache.get('c1')).toEqual(expect.any(Number)));
  });

  test('agrees with the database after the collection was dropped and filled again', async () => {
    expect(await known()).toEqual(await stored());
    await elsewhere().drop();
    await elsewhere().insertMany(ids.map((_id) => ({ _id, value: 7 })));
    await eventually(async () => expect(await known()).toEqual(await stored()));
  });
});
