import { expect, test } from '@jest/globals';
import { createNextVersions } from '#kit/group-commit/next-versions.ts';
import { defineCollection } from '#kit/mongo/connect.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const notes = defineCollection<{ _id: string; version: number; text: string; kept: string }>(db.connection, 'notes');
const write = createNextVersions(db.connection, notes);

const addNotes = (...ids: string[]) =>
  notes().insertMany(ids.map((_id) => ({ _id, version: 1, text: 'old', kept: 'as it is' })));
const noted = async (_id: string) => notes().findOne({ _id });

test('rows that are written together are written, and their other fields stay', async () => {
  await addNotes('a', 'b', 'c');
  const answers = await Promise.all(['a', 'b', 'c'].map((_id) => write({ _id, version: 2, text: `new ${_id}` })));
  expect(answers).toEqual([true, true, true]);
  expect(await noted('b')).toEqual({ _id: 'b', version: 2, text: 'new b', kept: 'as it is' });
});

test('one that somebody else has written, and one that is gone, don’t keep the others back', async () => {
  await addNotes('d', 'e', 'f');
  await notes().updateOne({ _id: 'e' }, { $set: { version: 2, text: 'theirs' } });
  const answers = await Promise.all(['d', 'e', 'gone', 'f'].map((_id) => write({ _id, version: 2, text: 'ours' })));
  expect(answers).toEqual([true, false, false, true]);
  expect((await noted('e'))?.text).toBe('theirs');
  expect(await noted('gone')).toBeNull();
});

test('of twenty who write the same version exactly one does', async () => {
  await addNotes('g');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => write({ _id: 'g', version: 2, text: `by ${index}` })),
  );
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect((await noted('g'))?.text).toBe(`by ${answers.indexOf(true)}`);
});
