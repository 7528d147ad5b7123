import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  connectionOf,
  decodeCursor,
  encodeCursor,
  keysetFilter,
  pageOf,
  sortOf,
  type CursorValue,
} from './connection.ts';

const badUserInput = expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } });
const encoded = (plain: unknown): string => Buffer.from(JSON.stringify(plain)).toString('base64url');

describe('a cursor', () => {
  test('holds any sort values, dates as dates', () => {
    const value: fc.Arbitrary<CursorValue> = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 50 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: true }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        expect(decodeCursor(encodeCursor(values))).toEqual(values);
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['other JSON', encoded({ price: 1 })],
    ['no values', encoded([])],
    ['an operator', encoded([{ $gt: '' }])],
    ['an operator beside a date', encoded([{ at: '2026-01-01T00:00:00.000Z', $where: '1' }])],
    ['a list in the list', encoded([[1]])],
    ['a date that is none', encoded([{ at: 'soon' }])],
    ['a date that is a number', encoded([{ at: 7 }])],
    ['trailing characters', `${encodeCursor([1])}!!`],
    ['half a character', encodeCursor(['价格']).slice(0, -3)],
    ['100 kB', encoded(['x'.repeat(100_000)])],
  ])('made of %s is BAD_USER_INPUT', (_name, text) => {
    expect(() => decodeCursor(text)).toThrow(badUserInput);
  });

  test('cannot be made of a number that JSON cannot hold', () => {
    expect(() => encodeCursor([Number.NaN])).toThrow(RangeError);
  });
});

describe('the arguments of a connection', () => {
  test('are read and the cursor opened', () => {
    expect(pageOf({ first: 20 })).toEqual({ first: 20, after: null });
    expect(pageOf({ first: 1, after: null })).toEqual({ first: 1, after: null });
    expect(pageOf({ first: 100, after: encodeCursor([7, 'sku_1']) })).toEqual({ first: 100, after: [7, 'sku_1'] });
  });

  test.each([0, -1, 101, 1.5, Number.NaN, 10 ** 9, null, undefined])('with first %p are BAD_USER_INPUT', (first) => {
    expect(() => pageOf({ first })).toThrow(badUserInput);
  });

  test('with a cursor that is none are BAD_USER_INPUT', () => {
    expect(() => pageOf({ first: 1, after: 'x' })).toThrow(badUserInput);
  });
});

describe('the filter after a cursor', () => {
  const byPrice = [
    { field: 'price', direction: -1 },
    { field: '_id', direction: 1 },
  ] as const;

  test('is none for the first page', () => {
    expect(keysetFilter(byPrice, null)).toEqual({});
  });

  test('has a branch for each field, behind the ties of those before', () => {
    expect(JSON.parse(JSON.stringify(keysetFilter(byPrice, [990, 'sku_5'])))).toEqual({
      $or: [{ price: { $lt: 990 } }, { price: 990, _id: { $gt: 'sku_5' } }],
    });
    expect(sortOf(byPrice)).toEqual({ price: -1, _id: 1 });
  });

  test.each([
    ['fewer values', [990]],
    ['more values', [990, 'sku_5', 1]],
    ['null for a field that has none', [null, 'sku_5']],
  ])('from a cursor with %s is BAD_USER_INPUT', (_name, values) => {
    expect(() => keysetFilter(byPrice, values)).toThrow(badUserInput);
  });
});

describe('a connection', () => {
  const page = (rows: readonly string[], first: number, after: readonly string[] | null = null) =>
    connectionOf({ rows, first, after, cursorOf: (row) => `at ${row}`, totalCount: async () => 9 });

  test('gives the first rows and knows from the one more that there are others', () => {
    const connection = page(['a', 'b', 'c'], 2);
    expect(connection.nodes).toEqual(['a', 'b']);
    expect(connection.edges).toEqual([
      { cursor: 'at a', node: 'a' },
      { cursor: 'at b', node: 'b' },
    ]);
    expect(connection.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: 'at a',
      endCursor: 'at b',
    });
  });

  test('ends with the last row', () => {
    expect(page(['a', 'b'], 2, ['z']).pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test('of nothing has no cursors', () => {
    const connection = page([], 2);
    expect(connection.nodes).toEqual([]);
    expect(connection.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });

  test('counts only when asked, and once', async () => {
    let counts = 0;
    const connection = connectionOf({
      rows: ['a'],
      first: 1,
      cursorOf: String,
      totalCount: async () => {
        counts += 1;
        return 9;
      },
    });
    expect(counts).toBe(0);
    expect(await Promise.all([connection.totalCount(), connection.totalCount()])).toEqual([9, 9]);
    expect(counts).toBe(1);
  });
});
