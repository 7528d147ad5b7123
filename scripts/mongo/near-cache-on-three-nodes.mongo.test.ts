import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { createChangeFeed, type ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { createChangeStreams } from '#kit/change-feed/change-streams.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { connectMongo } from '#kit/mongo/connect.ts';
import { createNearCache, type NearCache } from '#kit/near-cache/near-cache.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { startThreeNodes, type MongoNode, type ThreeNodes } from './start-three-nodes.ts';

interface Price {
  readonly _id: string;
  readonly minor: number;
}

/** A busy machine takes its time. */
const patient = { withinMs: 30_000, everyMs: 20 };
let set: ThreeNodes;
/** Of the process that remembers, and of somebody else who writes. */
let connection: Connection;
let elsewhere: Connection;
let feed: ChangeFeed;
let cache: NearCache<number>;
const prices = (by: Connection) => by.getClient().db('shop').collection<Price>('prices');

beforeAll(async () => {
  set = await startThreeNodes(await mkdtemp(join(tmpdir(), 'fullchain-near-')), () => undefined);
  connection = await connectMongo({ uri: set.uri, database: 'shop', appName: 'test' });
  elsewhere = await connectMongo({ uri: set.uri, database: 'shop', appName: 'test' });
  await prices(elsewhere).insertOne({ _id: 'tea', minor: 0 });
  const streams = createChangeStreams(connection.getClient(), pino({ level: 'silent' }));
  feed = createChangeFeed(streams, { database: 'shop', metrics: createMetrics('test') });
  cache = createNearCache<number>(feed, {
    async load(keys) {
      const rows = await prices(connection)
        .find({ _id: { $in: [...keys] } }, { readConcern: { level: 'majority' } })
        .toArray();
      return new Map(rows.map(({ _id, minor }) => [_id, minor]));
    },
    madeFrom: { prices: ({ id }) => [id] },
    most: 10,
  });
  feed.start();
  await eventually(() => feed.isFresh(), patient);
}, 60_000);
afterAll(async () => {
  await feed?.stop();
  await connection?.destroy();
  await elsewhere?.destroy();
  await set?.stop();
});

/** Writes until it is acknowledged. */
const write = (minor: number) =>
  eventually(() => prices(elsewhere).updateOne({ _id: 'tea' }, { $set: { minor } }), patient);
/** Remembered, and not read now. */
const remembers = (minor: number) =>
  eventually(async () => {
    await cache.get('tea');
    expect(cache.get('tea')).toBe(minor);
  }, patient);

/** Somebody who looks all the time while `harm` is done. Gives what they saw, in order. */
async function seenDuring(harm: () => Promise<void>): Promise<number[]> {
  const seen: number[] = [];
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      // While there is no primary, what isn't remembered can't be read.
      const minor = await Promise.resolve(cache.get('tea')).catch(() => null);
      if (minor !== null && seen.at(-1) !== minor) seen.push(minor);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  await harm();
  isOver = true;
  await looking;
  return seen;
}
const isAscending = (values: readonly number[]) =>
  values.every((value, index) => value >= (values[index - 1] ?? value));

describe('what is remembered on three nodes', () => {
  test('survives an election: nobody sees an older price than before, and the new one is there when the feed is fresh again', async () => {
    await write(100);
    await remembers(100);
    const primary = await set.primary();
    const seen = await seenDuring(async () => {
      await primary.kill();
      await write(101);
      await remembers(101);
    });
    expect([isAscending(seen), seen.at(-1)]).toEqual([true, 101]);
    await primary.restart();
  }, 90_000);

  test('never was a price that an election undid', async () => {
    await write(200);
    await remembers(200);
    const primary = await set.primary();
    const others = set.nodes.filter((node: MongoNode) => node !== primary);
    await Promise.all(others.map((node) => node.fallBehind()));
    const seen = await seenDuring(async () => {
      // The primary has it alone, so it isn't acknowledged, and nobody is told of it.
      const lost = prices(elsewhere).updateOne({ _id: 'tea' }, { $set: { minor: 999 } }, { writeConcern: { w: 1 } });
      await lost;
      await new Promise((resolve) => setTimeout(resolve, 500));
      await primary.kill();
      await Promise.all(others.map((node) => node.catchUp()));
      await write(201);
      await remembers(201);
    });
    expect(seen).toEqual([200, 201]);
    await primary.restart();
  }, 90_000);
});
