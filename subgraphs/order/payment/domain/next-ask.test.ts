import { expect, test } from '@jest/globals';
import { nextAsk } from './next-ask.ts';

test.each([
  [0, 15],
  [1, 30],
  [5, 480],
  [6, 600],
  [5_000, 600],
])('a provider that was asked %d times is asked again after %d s', (asks, seconds) => {
  const now = new Date('2026-11-22T08:00:00Z');
  expect(nextAsk(asks, now)).toEqual(new Date(now.getTime() + seconds * 1000));
});
