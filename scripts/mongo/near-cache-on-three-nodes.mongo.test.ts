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
  connection = await connectMongo({ uri: set.uri, database: 'shop', appName: 'follower' });
  elsewhere = await connectMongo({ uri: set.uri, database: 'shop', appName: 'test' });
  await prices(elsewhere).insertOne({ _id: 'tea', minor: 0 });
  const streams = createChangeStreams(connection.getClient(), pino({ level: 'silent' }));
  feed = createChangeFeed(streams, { database: 'shop', metrics: createMetrics('test') });
  cache = createNearCache<number>(feed, {
    readModel: 'prices',
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

/** When each price was acknowledged, in order. */
const acknowledged: { readonly minor: number; readonly at: number }[] = [];
/** Writes until it is acknowledged. */
async function write(minor: number): Promise<void> {
  await eventually(() => prices(elsewhere).updateOne({ _id: 'tea' }, { $set: { minor } }), patient);
  acknowledged.push({ minor, at: performance.now() });
}
/** Remembered, and not read now. */
const remembers = (minor: number) =>
  eventually(async () => {
    await cache.get('tea');
    expect(cache.get('tea')).toBe(minor);
  }, patient);

/** How long ago the price that replaced this one was acknowledged, milliseconds; 0 when none has. */
function staleFor(minor: number): number {
  const newer = acknowledged.find((each) => each.minor > minor);
  return newer === undefined ? 0 : performance.now() - newer.at;
}

/** Somebody who looks all the time while `harm` is done. Gives what they saw, in order, and the longest that a remembered price was out of date. */
async function seenDuring(harm: () => Promise<void>): Promise<{ seen: number[]; stalestMs: number }> {
  const seen: number[] = [];
  let stalestMs = 0;
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      const got = cache.get('tea');
      if (typeof got === 'number') stalestMs = Math.max(stalestMs, staleFor(got));
      // While there is no primary, what isn't remembered can't be read.
      const minor = await Promise.resolve(got).catch(() => null);
      if (minor !== null && seen.at(-1) !== minor) seen.push(minor);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  await harm();
  isOver = true;
  await looking;
  return { seen, stalestMs };
}

/** The same while prices change all the time, and still do a while after the harm is done. Gives whether the last one is remembered in the end as well. */
async function seenUnderWritesDuring(first: number, harm: () => Promise<unknown>) {
  let minor = first;
  await write(minor);
  await remembers(minor);
  const looked = await seenDuring(async () => {
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        minor += 1;
        await write(minor);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    })();
    await harm();
    await eventually(() => feed.isFresh(), patient);
    isOver = true;
    await writing;
    await remembers(minor);
  });
  return { ...looked, last: minor };
}

/** Kills the cursors of the follower’s change stream on the primary. Gives how many there were. */
async function killStream(): Promise<number> {
  const client = elsewhere.getClient();
  const operations = await client
    .db('admin')
    .aggregate([{ $currentOp: { idleCursors: true, allUsers: true } }, { $match: { appName: 'follower' } }])
    .toArray();
  const cursors = operations.flatMap(({ cursor }) => (cursor?.tailable === true ? [cursor.cursorId as unknown] : []));
  await client.db('shop').command({ killCursors: '$cmd.aggregate', cursors });
  return cursors.length;
}

/** While `work` is done the follower's stream can neither go on nor begin: the server says that its history is lost. */
async function withoutHistory(work: () => Promise<void>): Promise<void> {
  const admin = elsewhere.getClient().db('admin');
  const data = { failCommands: ['getMore', 'aggregate'], errorCode: historyLost, appName: 'follower' };
  await admin.command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data });
  try {
    await work();
  } finally {
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
  }
}
/** `ChangeStreamHistoryLost` of MongoDB. */
const historyLost = 286;
/** Shoppers see what changes within this time, milliseconds, a gateway's 200 included. */
const boundMs = 1_000;

const isAscending = (values: readonly number[]) =>
  values.every((value, index) => value >= (values[index - 1] ?? value));

describe('what is remembered on three nodes', () => {
  test('survives an election: nobody sees an older price than before, and the new one is there when the feed is fresh again', async () => {
    await write(100);
    await remembers(100);
    const primary = await set.primary();
    const { seen, stalestMs } = await seenDuring(async () => {
      await primary.kill();
      await write(101);
      await remembers(101);
    });
    expect([isAscending(seen), seen.at(-1)]).toEqual([true, 101]);
    expect(stalestMs).toBeLessThan(boundMs);
    await primary.restart();
  }, 90_000);

  test('never was a price that an election undid', async () => {
    await write(200);
    await remembers(200);
    const primary = await set.primary();
    const others = set.nodes.filter((node: MongoNode) => node !== primary);
    await Promise.all(others.map((node) => node.fallBehind()));
    const { seen } = await seenDuring(async () => {
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

  test('is no older than a second while the primary is frozen and others go on, and right afterwards', async () => {
    const primary = await set.primary();
    const { seen, stalestMs, last } = await seenUnderWritesDuring(10_000, async () => {
      await primary.freeze();
      await eventually(() => !feed.isFresh(), patient);
      const before = acknowledged.length;
      await eventually(() => acknowledged.length > before + 1, patient);
      await primary.thaw();
    });
    expect([isAscending(seen), seen.at(-1)]).toEqual([true, last]);
    expect(stalestMs).toBeLessThan(boundMs);
  }, 90_000);

  test('is right after all nodes were killed at once and came back', async () => {
    const { seen, stalestMs, last } = await seenUnderWritesDuring(20_000, async () => {
      await Promise.all(set.nodes.map((node) => node.kill()));
      await eventually(() => !feed.isFresh(), patient);
      await Promise.all(set.nodes.map((node) => node.restart()));
      await set.primary();
    });
    expect([isAscending(seen), seen.at(-1)]).toEqual([true, last]);
    expect(stalestMs).toBeLessThan(boundMs);
  }, 90_000);

  test('is right after the stream’s cursor was killed, again and again', async () => {
    let killed = 0;
    const { seen, stalestMs, last } = await seenUnderWritesDuring(30_000, async () => {
      await eventually(async () => (killed += await killStream()) >= 5, { ...patient, everyMs: 100 });
    });
    expect([isAscending(seen), seen.at(-1)]).toEqual([true, last]);
    expect(stalestMs).toBeLessThan(boundMs);
  }, 90_000);

  test('is asked of the database while the stream’s history is lost, and remembered again from a new one', async () => {
    const { seen, stalestMs, last } = await seenUnderWritesDuring(40_000, () =>
      withoutHistory(async () => {
        await eventually(() => !feed.isFresh(), patient);
        for (let count = 0; count < 50; count += 1) {
          expect(cache.get('tea')).toBeInstanceOf(Promise);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }),
    );
    expect([isAscending(seen), seen.at(-1)]).toEqual([true, last]);
    expect(stalestMs).toBeLessThan(boundMs);
  }, 90_000);
});
