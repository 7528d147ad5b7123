import { describe, expect, test } from '@jest/globals';
import { createCrowdControl } from './crowd-control.ts';

describe('crowd control', () => {
  const rates = { member: { burst: 2, perSecond: 1 }, address: { burst: 3, perSecond: 10 } };

  test('holds back a member from wherever they come, and an address whoever comes from there', () => {
    let now = 0;
    const admit = createCrowdControl(rates, { nowMs: () => now });
    expect([admit('mbr_1', '1.1.1.1'), admit('mbr_1', '2.2.2.2'), admit('mbr_1', '3.3.3.3')]).toEqual([0, 0, 1_000]);
    expect([admit('mbr_2', '1.1.1.1'), admit('mbr_3', '1.1.1.1'), admit('mbr_4', '1.1.1.1')]).toEqual([0, 0, 100]);
    now = 1_000;
    expect([admit('mbr_1', '1.1.1.1'), admit('mbr_1', '1.1.1.1')]).toEqual([0, 1_000]);
  });

  test('knows no address of those who come without one, and no limit where there is none', () => {
    const admit = createCrowdControl({ member: null, address: { burst: 1, perSecond: 1 } });
    expect(Array.from({ length: 50 }, () => admit('mbr_1', null))).toEqual(Array.from({ length: 50 }, () => 0));
  });

  test('remembers so many at most, those who came last', () => {
    const admit = createCrowdControl(
      { member: { burst: 1, perSecond: 1 }, address: null },
      { nowMs: () => 0, most: 2 },
    );
    expect(['a', 'b', 'b', 'c', 'b', 'a'].map((member) => admit(member, null))).toEqual([0, 0, 1_000, 0, 1_000, 0]);
  });
});
