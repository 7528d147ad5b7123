import { expect, test } from '@jest/globals';
import { createOperationCache } from './operation-cache.ts';

test('an operation is found by its text and its name', () => {
  const cache = createOperationCache<number>(1000);
  cache.set('query A {a} query B {b}', 'A', 1, 10);
  cache.set('query A {a} query B {b}', 'B', 2, 10);
  cache.set('{a}', null, 3, 10);
  expect([
    cache.get('query A {a} query B {b}', 'A'),
    cache.get('query A {a} query B {b}', 'B'),
    cache.get('{a}', null),
    cache.get('{a}', 'A'),
  ]).toEqual([1, 2, 3, undefined]);
});

test('what was used longest ago goes when all weigh too much', () => {
  const cache = createOperationCache<number>(100);
  cache.set('{a}', null, 1, 40);
  cache.set('{b}', null, 2, 40);
  cache.get('{a}', null);
  cache.set('{c}', null, 3, 40);
  expect([cache.get('{a}', null), cache.get('{b}', null), cache.get('{c}', null)]).toEqual([1, undefined, 3]);
  expect(cache.bytes).toBe(80);
});

test('a value that is set again weighs once, one that is too heavy is not kept, and nothing is left after clearing', () => {
  const cache = createOperationCache<number>(100);
  cache.set('{a}', null, 1, 40);
  cache.set('{a}', null, 2, 60);
  expect([cache.get('{a}', null), cache.bytes]).toEqual([2, 60]);
  cache.set('{b}', null, 3, 101);
  expect([cache.get('{b}', null), cache.bytes]).toEqual([undefined, 0]);
  cache.set('{a}', null, 1, 40);
  cache.clear();
  expect([cache.get('{a}', null), cache.bytes]).toEqual([undefined, 0]);
});
