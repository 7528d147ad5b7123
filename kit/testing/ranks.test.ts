import { expect, test } from '@jest/globals';
import { lessOften } from './ranks.ts';

test.each([
  [[1, 2, 3], [4, 5, 6], 1],
  [[4, 5, 6], [1, 2, 3], 0],
  [[1, 3], [2, 4], 0.75],
  [[1, 1], [1, 1], 0.5],
])('%j is less than %j in a share of %d of the pairs', (some, others, share) => {
  expect(lessOften(some, others)).toBe(share);
});
