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
