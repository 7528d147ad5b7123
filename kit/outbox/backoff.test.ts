import { describe, expect, test } from '@jest/globals';
import { waitAfter } from '#kit/outbox/backoff.ts';

describe('backoff', () => {
  test('doubles from the first wait up to the longest', () => {
    const waits = [1, 2, 3, 8, 9, 10, 5_000].map((failures) => waitAfter(failures, { firstMs: 100, maxMs: 30_000 }));
    expect(waits).toEqual([100, 200, 400, 12_800, 25_600, 30_000, 30_000]);
  });
});
