import { describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { createTokenBuckets } from '#kit/token-buckets/token-buckets.ts';
import { createCrowdControl, type CrowdRates } from './crowd-control.ts';

function aCrowd(rates: CrowdRates) {
  const clock = testClock('2026-06-18T04:00:00.000Z');
  const alone = { store: null, clock, onFailure: () => undefined, sharedFrom: 1 };
  const buckets = { members: createTokenBuckets(alone), addresses: createTokenBuckets(alone) };
  return { admit: createCrowdControl(rates, buckets), clock };
}

describe('crowd control', () => {
  test('holds back a member from wherever they come, and an address whoever comes from there', () => {
    const { admit, clock } = aCrowd({ member: { burst: 2, perSecond: 1 }, address: { burst: 3, perSecond: 10 } });
    expect([admit('mbr_1', '1.1.1.1'), admit('mbr_1', '2.2.2.2'), admit('mbr_1', '3.3.3.3')]).toEqual([0, 0, 1_000]);
    expect([admit('mbr_2', '1.1.1.1'), admit('mbr_3', '1.1.1.1'), admit('mbr_4', '1.1.1.1')]).toEqual([0, 0, 100]);
    clock.advance(1_000);
    expect([admit('mbr_1', '1.1.1.1'), admit('mbr_1', '1.1.1.1')]).toEqual([0, 1_000]);
  });

  test('knows no address of those who come without one, and no limit where there is none', () => {
    const { admit } = aCrowd({ member: null, address: { burst: 1, perSecond: 1 } });
    expect(Array.from({ length: 50 }, () => admit('mbr_1', null))).toEqual(Array.from({ length: 50 }, () => 0));
  });
});
