import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { connectMongo } from '#kit/mongo/connect.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { startTcpProxy } from '#kit/testing/tcp-proxy.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createChangeFeed, type ChangeFeed } from './change-feed.ts';

interface Letter {
  readonly _id: string;
  readonly text?: string;
  readonly parts?: readonly { readonly size: number }[];
}

const database = testDatabase();
const letters = () => database.connection.collection<Letter>('letters');
const metrics = createMetrics('test');
const options = { log: pino({ level: 'silent' }), metrics };

let heard: unknown[] = [];
let feed: ChangeFeed;
const stops: (() => Promise<unknown>)[] = [];

/** A feed that is heard from, once it is live. */
async function follow(connection = database.connection): Promise<ChangeFeed> {
  const made = createChangeFeed(connection, options);
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

  test('is not fresh within a second and a half of a silent link, and tells what changed meanwhile when that is open again', async () => {
    const { proxy, feed: linked } = await followThroughALink();
    await eventually(() => linked.isFresh());
    proxy.silence();
    await letters().insertOne({ _id: 'meanwhile' });
    await eventually(() => !linked.isFresh(), { withinMs: 1_500 });
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
