import { beforeEach, describe, expect, test } from '@jest/globals';
import { defineModel } from '#kit/mongo/connect.ts';
import { createSameRows } from '#kit/mongo/same-rows.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

interface Cup {
  readonly _id: string;
  readonly handles: readonly { readonly side: string }[];
  readonly madeAt: Date;
  readonly price: number;
}
const db = testDatabase();
const text = { type: String, required: true };
const cups = defineModel<Cup>(
  db.connection,
  'Cup',
  { _id: text, handles: [{ side: text }], madeAt: Date, price: Number },
  { collection: 'cups' },
);
const cup = (id: string): Cup => ({ _id: id, handles: [{ side: '左' }], madeAt: new Date(1_000), price: 5 });
let made: string[];
const sameCups = () =>
  createSameRows((row: Cup) => {
    made.push(row._id);
    return row;
  });

beforeEach(async () => {
  made = [];
  await cups.deleteMany({}).exec();
  await cups.insertMany([cup('a'), cup('b')]);
});

describe('rows that are as they were', () => {
  test('are what is stored, and the very same objects the next time, made once', async () => {
    const same = sameCups();
    const first = await same(cups.find({}).sort({ _id: 1 }));
    expect(first).toEqual([cup('a'), cup('b')]);
    const again = await same(cups.find({}).sort({ _id: -1 }));
    expect([again[0] === first[1], again[1] === first[0], made]).toEqual([true, true, ['a', 'b']]);
  });

  test('are others as soon as they change, each for itself, and the former ones when it is undone', async () => {
    const same = sameCups();
    const [a, b] = await same(cups.find({}).sort({ _id: 1 }));
    await cups.updateOne({ _id: 'b' }, { price: 6 }).exec();
    const [sameA, otherB] = await same(cups.find({}).sort({ _id: 1 }));
    expect([sameA === a, otherB]).toEqual([true, { ...cup('b'), price: 6 }]);
    await cups.updateOne({ _id: 'b' }, { price: 5 }).exec();
    expect((await same(cups.find({ _id: 'b' })))[0]).toBe(b);
  });

  test('can’t be changed by who looks at them', async () => {
    const [a] = await sameCups()(cups.find({ _id: 'a' }));
    expect(() => Object.assign(a?.handles[0] ?? {}, { side: '右' })).toThrow(TypeError);
  });

  test('are read from the database each time, and those that are gone are gone', async () => {
    const same = sameCups();
    await same(cups.find({}));
    await cups.deleteOne({ _id: 'a' }).exec();
    expect((await same(cups.find({}))).map(({ _id }) => _id)).toEqual(['b']);
  });

  test('are remembered in so many bytes at most', async () => {
    const same = createSameRows(
      (row: Cup) => {
        made.push(row._id);
        return row;
      },
      { bytesAtMost: 700 },
    );
    await same(cups.find({ _id: 'a' }));
    await same(cups.find({ _id: 'b' }));
    await same(cups.find({ _id: 'b' }));
    await same(cups.find({ _id: 'a' }));
    expect(made).toEqual(['a', 'b', 'a']);
  });
});
