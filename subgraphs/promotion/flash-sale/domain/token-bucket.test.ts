import { describe, expect, test } from '@jest/globals';
import { takeToken, type Bucket } from './token-bucket.ts';

const rate = { burst: 3, perSecond: 2 };

/** Whether each of those who come at these moments gets a token, or how long it would have to wait. */
function comingAt(...moments: number[]): number[] {
  let bucket: Bucket | undefined;
  return moments.map((nowMs) => {
    const taken = takeToken(bucket, rate, nowMs);
    bucket = taken.bucket;
    return taken.waitMs;
  });
}

describe('a token bucket', () => {
  test('lets a burst pass, then one for each part of a second', () => {
    expect(comingAt(0, 0, 0, 0)).toEqual([0, 0, 0, 500]);
    expect(comingAt(0, 0, 0, 500, 501, 1_000)).toEqual([0, 0, 0, 0, 499, 0]);
  });

  test('is not emptied further by those whom it refuses', () => {
    expect(comingAt(0, 0, 0, 100, 200, 300, 400, 500)).toEqual([0, 0, 0, 400, 300, 200, 100, 0]);
  });

  test('never holds more than the burst', () => {
    expect(comingAt(0, 3_600_000, 3_600_000, 3_600_000, 3_600_000)).toEqual([0, 0, 0, 0, 500]);
  });
});
