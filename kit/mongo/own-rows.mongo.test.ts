import { beforeAll, expect, test } from '@jest/globals';
import { defineCollection, ensureIndexes } from '#kit/mongo/connect.ts';
import { gatherOwnRow, ownRowsIndex } from '#kit/mongo/own-rows.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

interface Basket {
  readonly _id: string;
  readonly memberId: string | null;
}
const db = testDatabase();
const baskets = defineCollection<Basket>(db.connection, 'baskets', [ownRowsIndex]);
const own = gatherOwnRow(baskets);
const [adas, bobs, guests] = [
  { _id: 'bsk_1', memberId: 'ada' },
  { _id: 'bsk_2', memberId: 'bob' },
  { _id: 'bsk_3', memberId: null },
];
beforeAll(async () => {
  await ensureIndexes(db.connection);
  await baskets().insertMany([adas, bobs, guests]);
});

test('everybody finds their own row, and nobody the row of somebody else', async () => {
  expect(await own('bsk_1', 'ada')).toEqual(adas);
  expect(await own('bsk_1', 'bob')).toBeNull();
  expect(await own('bsk_1', null)).toBeNull();
  expect(await own('bsk_9', 'ada')).toBeNull();
});

test('a row of nobody is found by those who ask for theirs or nobody’s', async () => {
  expect(await own('bsk_3', 'ada', null)).toEqual(guests);
  expect(await own('bsk_3', null)).toEqual(guests);
  expect(await own('bsk_3', 'ada')).toBeNull();
});

test('who asks at the same time for the row of another gets nothing, though the other gets it', async () => {
  const found = await Promise.all([own('bsk_1', 'ada'), own('bsk_1', 'bob', null), own('bsk_2', 'bob')]);
  expect(found).toEqual([adas, null, bobs]);
});

test('the row of somebody else is not looked at', async () => {
  const { db: database } = db.connection;
  await database?.command({ profile: 2 });
  await own('bsk_1', 'bob', null);
  await database?.command({ profile: 0 });
  const [noted, more] = await baskets()
    .db.collection('system.profile')
    .find({ ns: `${db.name}.baskets`, op: 'query' })
    .toArray();
  expect(noted).toMatchObject({ docsExamined: 0, nreturned: 0 });
  expect(more).toBeUndefined();
});
