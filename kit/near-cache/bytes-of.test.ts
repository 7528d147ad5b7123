import { expect, test } from '@jest/globals';
import { bytesOf } from './bytes-of.ts';

test.each([
  ['a number', 1, 8],
  ['nothing', null, 8],
  ['a text of three characters', 'abc', 38],
  ['an object with two numbers', { a: 1, b: 2 }, 48],
  ['a list of three numbers', [1, 2, 3], 56],
  ['a map of one text to a number', new Map([['ab', 1]]), 76],
  ['a set of two numbers', new Set([1, 2]), 48],
])('%s', (_, value, bytes) => {
  expect(bytesOf(value)).toBe(bytes);
});

test('what stands in two places is counted once, and a ring ends', () => {
  const shared = { a: 1 };
  expect(bytesOf([shared, shared])).toBe(bytesOf([shared, 1]));
  const ring: { self?: object } = {};
  ring.self = ring;
  expect(bytesOf(ring)).toBe(40);
});
