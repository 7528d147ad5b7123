import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectMongo, ensureIndexes } from '#kit/mongo/connect.ts';
import { createLookout } from '#kit/outbox/lookout.ts';
import { createOutbox, type OutboxRow } from '#kit/outbox/outbox.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
let commands: string[] = [];
const connection = await connectMongo({
  uri: db.uri,
  database: db.name,
  appName: 'test',
  onCommand: ({ collection, command }) => void (collection === 'outbox' && commands.push(command)),
});
const outbox = createOutbox(connection, { source: 'order' });

/** A row `n` of aggregate `about` for some subscribers. */
const row = (n: number, about: string, ...pendingFor: string[]): OutboxRow => ({
  _id: `evt_${String(n).padStart(3, '0')}`,
  name: 'order.held',
  aggregateId: about,
  version: n,
  at: new Date(),
  payload: {},
  pendingFor,
});
const looking = (subscriber: string, ...without: string[]) => ({ subscriber, passedOver: () => without });
const ids = (rows: readonly OutboxRow[]) => rows.map(({ _id }) => Number(_id.slice(4)));

beforeAll(() => ensureIndexes(connection));
afterAll(() => connection.close());
beforeEach(async () => {
  await outbox.rows().deleteMany({});
  commands = [];
});

describe('the lookout of an outbox', () => {
  test('finds for each who looks at the same moment what is theirs, with one read', async () => {
    await outbox
      .rows()
      .insertMany([
        row(1, 'a', 'member', 'logistics'),
        row(2, 'b', 'logistics'),
        row(3, 'c', 'product'),
        row(4, 'b', 'member', 'logistics'),
      ]);
    commands = [];
    const { look } = createLookout(outbox, 10);
    const found = await Promise.all([look(looking('member')), look(looking('logistics', 'a')), look(looking('order'))]);
    expect(found.map(ids)).toEqual([[1, 4], [2, 4], []]);
    expect(commands).toEqual(['find']);
  });

  test('hides from nobody what stands behind the many events of somebody else', async () => {
    const many = Array.from({ length: 9 }, (_, index) => row(index, 'a', 'logistics'));
    await outbox.rows().insertMany([...many, row(9, 'b', 'member')]);
    const { look } = createLookout(outbox, 3);
    const found = await Promise.all([look(looking('logistics')), look(looking('member'))]);
    expect(found.map(ids)).toEqual([[0, 1, 2], [9]]);
  });

  test('gives nobody more than a batch, the oldest first', async () => {
    await outbox
      .rows()
      .insertMany([row(4, 'a', 'member'), row(1, 'b', 'member'), row(3, 'c', 'member'), row(2, 'd', 'member')]);
    const { look } = createLookout(outbox, 3);
    const found = await Promise.all([look(looking('member')), look(looking('logistics'))]);
    expect(found.map(ids)).toEqual([[1, 2, 3], []]);
  });

  test('notes with one write what several have taken, and when nobody is left', async () => {
    await outbox.rows().insertMany([row(1, 'a', 'member', 'logistics'), row(2, 'b', 'member', 'logistics')]);
    commands = [];
    const { confirm } = createLookout(outbox, 10);
    await Promise.all([
      confirm({ subscriber: 'member', ids: ['evt_001'] }),
      confirm({ subscriber: 'logistics', ids: ['evt_001'] }),
      confirm({ subscriber: 'member', ids: ['evt_002'] }),
    ]);
    expect(commands).toEqual(['update']);
    const rows = await outbox.rows().find().sort({ _id: 1 }).toArray();
    expect(rows.map(({ pendingFor }) => pendingFor)).toEqual([[], ['logistics']]);
    expect(rows.map(({ deliveredAt }) => deliveredAt instanceof Date)).toEqual([true, false]);
  });
});
