import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { connectMongo } from '#kit/mongo/connect.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { startTcpProxy } from '#kit/testing/tcp-proxy.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createChangeFeed, type ChangeFeed } from './change-feed.ts';
import { createChangeStreams } from './change-streams.ts';

interface Letter {
  readonly _id: string;
  readonly text?: string;
  readonly parts?: readonly { readonly size: number }[];
}

const database = testDatabase();
const letters = () => database.connection.collection<Letter>('letters');
const metrics = createMetrics('test');
const log = pino({ level: 'silent' });

let heard: unknown[] = [];
let feed: ChangeFeed;
const stops: (() => Promise<unknown>)[] = [];

/** A feed that is heard from, once it is live. */
async function follow(connection = database.connection): Promise<ChangeFeed> {
  const streams = createChangeStreams(connection.getClient(), log);
  const made = createChangeFeed(streams, { database: database.name, metrics });
  made.follow('letters', {
    live: () => void heard.push('live'),
    changed: ({ id, updated }) => void heard.push([id, updated]),
    lost: () => void heard.push('lost'),
  });
  made.start();
  stops.push(() => made.stop());
  await eventually(() => heard.includes('live'));
  return made;
}

/** A feed through a link that can be made worse. */
async function followThroughALink() {
  const proxy = await startTcpProxy(Number(new URL(database.uri).port));
  const uri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`;
  const connection = await connectMongo({ uri, database: database.name, appName: 'test' });
  stops.push(
    () => proxy.stop(),
    () => connection.close(),
  );
  return { proxy, feed: await follow(connection) };
}

beforeEach(async () => {
  await letters().deleteMany({});
  heard = [];
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

describe('a change feed', () => {
  test('tells what came, was set, removed, replaced and went, in order', async () => {
    feed = await follow();
    await letters().insertOne({ _id: 'a', text: 'one', parts: [{ size: 1 }] });
    await letters().updateOne({ _id: 'a' }, { $set: { 'parts.0.size': 2 }, $unset: { text: '' } });
    await letters().bulkWrite([
      { replaceOne: { filter: { _id: 'a' }, replacement: { text: 'two' } } },
      { insertOne: { document: { _id: 'b' } } },
    ]);
    await letters().deleteMany({});
    await eventually(() => heard.length === 7);
    expect(heard.slice(0, 5)).toEqual([
      'live',
      ['a', null],
      ['a', { 'parts.0.size': 2, text: undefined }],
      ['a', null],
      ['b', null],
    ]);
    expect(heard.slice(5)).toEqual(
      expect.arrayContaining([
        ['a', null],
        ['b', null],
      ]),
    );
  });

  test('tells nothing of other collections, and nothing that a transaction took back', async () => {
    feed = await follow();
    await database.connection.collection<Letter>('others').insertOne({ _id: 'x' });
    const session = await database.connection.startSession();
    await expect(
      session.withTransaction(async () => {
        await letters().insertOne({ _id: 'undone' }, { session });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await session.endSession();
    await letters().insertOne({ _id: 'done' });
    await eventually(() => heard.length === 2);
    expect(heard).toEqual(['live', ['done', null]]);
  });

  test('is fresh while nothing changes, and while changes come without a pause', async () => {
    feed = await follow();
    await eventually(() => feed.isFresh());
    for (let count = 0; count < 150; count += 1) {
      await letters().updateOne({ _id: 'a' }, { $set: { text: String(count) } }, { upsert: true });
      expect(feed.isFresh()).toBe(true);
    }
  });

  test('is lost and live again when a collection is dropped', async () => {
    feed = await follow();
    await letters().insertOne({ _id: 'a' });
    await letters().drop();
    await eventually(() => heard.filter((one) => one === 'live').length === 2);
    expect(heard.indexOf('lost')).toBeLessThan(heard.lastIndexOf('live'));
    await letters().insertOne({ _id: 'b' });
    await eventually(() => expect(heard.at(-1)).toEqual(['b', null]));
  });

  test('is not fresh three quarters of a second after its link fell silent, and tells what changed meanwhile when that is open again', async () => {
    const { proxy, feed: linked } = await followThroughALink();
    await eventually(() => linked.isFresh());
    proxy.silence();
    await letters().insertOne({ _id: 'meanwhile' });
    await eventually(() => !linked.isFresh(), { withinMs: 750 });
    expect(linked.ageMs()).toBeGreaterThanOrEqual(750);
    expect(heard).toEqual(['live']);
    proxy.open();
    await eventually(() => linked.isFresh(), { withinMs: 15_000 });
    expect(heard.filter((one) => Array.isArray(one))).toEqual([['meanwhile', null]]);
  });

  test('misses nothing when its connections are reset: it goes on where it was, or says that it was lost', async () => {
    const { proxy, feed: linked } = await followThroughALink();
    proxy.reset();
    await letters().insertOne({ _id: 'meanwhile' });
    proxy.open();
    await eventually(() => expect(heard.length).toBeGreaterThan(1), { withinMs: 15_000 });
    await eventually(() => linked.isFresh(), { withinMs: 15_000 });
    const wentOn = heard.some((one) => Array.isArray(one) && one[0] === 'meanwhile');
    const beganAnew = heard.includes('lost') && heard.lastIndexOf('live') > heard.indexOf('lost');
    expect(wentOn || beganAnew).toBe(true);
  });

  test('is not fresh once it is stopped, and says that it is lost', async () => {
    feed = await follow();
    await eventually(() => feed.isFresh());
    await feed.stop();
    expect(feed.isFresh()).toBe(false);
    expect(heard).toEqual(['live', 'lost']);
  });

  test('measures how late changes come', async () => {
    feed = await follow();
    await letters().insertOne({ _id: 'a' });
    await eventually(async () => expect(await metrics.text()).toMatch(/change_feed_lag_seconds_count\{.*\} [1-9]/));
  });
});

describe('the change feeds of several databases in one process', () => {
  const office = `${database.name}_office`;
  const client = () => database.connection.getClient();
  const lettersIn = (name: string) => client().db(name).collection<Letter>('letters');
  const names = [database.name, office];
  let told: string[] = [];
  let feeds: ChangeFeed[] = [];

  beforeEach(() => {
    told = [];
    const streams = createChangeStreams(client(), log);
    feeds = names.map((name) => {
      const made = createChangeFeed(streams, { database: name, metrics });
      made.follow('letters', {
        live: () => void told.push(`${name} live`),
        changed: ({ id }) => void told.push(`${name} ${id}`),
        lost: () => void told.push(`${name} lost`),
      });
      stops.push(() => made.stop());
      return made;
    });
  });
  afterEach(() => client().db(office).dropDatabase());

  /** Cursors of change streams on this server that look for the office's changes. */
  const streamsOpen = async () => {
    const operations = await client()
      .db('admin')
      .aggregate([{ $currentOp: { idleCursors: true } }])
      .toArray();
    const pipelines = operations.map(({ cursor }) => JSON.stringify(cursor?.originatingCommand?.pipeline ?? []));
    return pipelines.filter((pipeline) => pipeline.includes('$changeStream') && pipeline.includes(office)).length;
  };

  test('share one change stream, and each hears of its own database only', async () => {
    for (const one of feeds) one.start();
    await eventually(() => feeds.every((one) => one.isFresh()));
    await lettersIn(office).insertOne({ _id: 'a' });
    await lettersIn(database.name).insertOne({ _id: 'a' });
    await eventually(() => told.length === 4);
    expect(told.toSorted()).toEqual(names.flatMap((name) => [`${name} a`, `${name} live`]).toSorted());
    await eventually(async () => expect(await streamsOpen()).toBe(1));
  });

  test('go on when one of them ends, and are live again when another one comes', async () => {
    const [shop, desk] = feeds;
    shop?.start();
    await eventually(() => shop?.isFresh() === true);
    expect(desk?.isFresh()).toBe(false);
    desk?.start();
    await eventually(() => feeds.every((one) => one.isFresh()));
    expect(told).toEqual([
      ...[`${database.name} live`, `${database.name} lost`],
      ...[`${database.name} live`, `${office} live`],
    ]);
    await desk?.stop();
    expect(desk?.isFresh()).toBe(false);
    await lettersIn(office).insertOne({ _id: 'unheard' });
    await lettersIn(database.name).insertOne({ _id: 'heard' });
    await eventually(() => told.length === 6);
    expect(told.slice(4)).toEqual([`${office} lost`, `${database.name} heard`]);
  });

  test('tell of what comes with the fields asked for, and of nothing that happens to it later', async () => {
    const [, desk] = feeds;
    const came: unknown[] = [];
    desk?.followInserts('parcels', ['pendingFor'], {
      live: () => {},
      inserted: (fields) => void came.push(fields),
      lost: () => {},
    });
    desk?.start();
    await eventually(() => desk?.isFresh() === true);
    const parcels = client().db(office).collection<{ _id: string; pendingFor: string[]; weight: number }>('parcels');
    await parcels.insertOne({ _id: 'p1', pendingFor: ['member'], weight: 200 });
    await parcels.updateOne({ _id: 'p1' }, { $set: { pendingFor: [] } });
    await parcels.insertOne({ _id: 'p2', pendingFor: ['order', 'product'], weight: 300 });
    await eventually(() => came.length === 2);
    expect(came).toEqual([{ pendingFor: ['member'] }, { pendingFor: ['order', 'product'] }]);
  });
});
