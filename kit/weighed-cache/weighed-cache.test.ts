import { expect, test } from '@jest/globals';
import { createWeighedCache } from './weighed-cache.ts';

test('what was used longest ago goes when all weigh too much', () => {
  const cache = createWeighedCache<number>(100);
  cache.set('a', 1, 40);
  cache.set('b', 2, 40);
  cache.get('a');
  cache.set('c', 3, 40);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  expect([cache.bytes, cache.size]).toEqual([80, 2]);
});

test('a value that is set again weighs once, one that is too heavy is not kept, and nothing is left after clearing', () => {
  const cache = createWeighedCache<number>(100);
  cache.set('a', 1, 40);
  cache.set('a', 2, 60);
  expect([cache.get('a'), cache.bytes]).toEqual([2, 60]);
  cache.set('b', 3, 101);
  expect([cache.get('b'), cache.bytes]).toEqual([undefined, 0]);
  cache.set('a', 1, 40);
  cache.clear();
  expect([cache.get('a'), cache.bytes]).toEqual([undefined, 0]);
});
