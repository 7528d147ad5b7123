import { beforeAll, expect, test } from '@jest/globals';
import { createInserts } from '#kit/mongo/gathered-inserts.ts';
import { defineCollection, ensureIndexes } from '#kit/mongo/connect.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const people = defineCollection<{ _id: string; email: string }>(db.connection, 'people', [
  { key: { email: 1 }, unique: true },
]);
const insert = createInserts(people);
beforeAll(() => ensureIndexes(db.connection));

test('rows that come together are inserted together; one that clashes tells where, and the others are there', async () => {
  await people().insertOne({ _id: 'ada', email: 'ada@example.com' });
  const answers = await Promise.all([
    insert({ _id: 'bob', email: 'bob@example.com' }),
    insert({ _id: 'ada', email: 'other@example.com' }),
    insert({ _id: 'cyd', email: 'ada@example.com' }),
    insert({ _id: 'dan', email: 'dan@example.com' }),
  ]);
  expect(answers).toEqual([null, '_id_', 'email_1', null]);
  const found = await people().find().sort({ _id: 1 }).toArray();
  expect(found.map(({ _id }) => _id)).toEqual(['ada', 'bob', 'dan']);
});

test('of twenty with one id at once exactly one is inserted', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => insert({ _id: 'eve', email: `eve${index}@example.com` })),
  );
  expect(answers.filter((answer) => answer === null)).toHaveLength(1);
  expect(answers.filter((answer) => answer === '_id_')).toHaveLength(19);
});
