import { describe, expect, test } from '@jest/globals';
import { growthFor, newGrowth, review, withGrowth, type GrowthState } from './growth.ts';
import { tierReachedBy, tierShown } from './tiers.ts';

const day = 24 * 3600 * 1000;
const begin = new Date('2026-01-01T00:00:00Z');
const after = (days: number) => new Date(begin.getTime() + days * day);
const cause = { kind: 'ORDER', id: 'ord_1' } as const;

describe('a tier', () => {
  test.each([
    [0, 0],
    [999, 0],
    [1_000, 1],
    [4_999, 1],
    [5_000, 2],
    [14_999, 2],
    [15_000, 3],
    [1_000_000, 3],
  ])('is reached by growth %i: %i', (growth, level) => {
    expect(tierReachedBy(growth)).toBe(level);
  });

  test('is shown with what is missing to the next, in both languages', () => {
    expect(tierShown(0, 250, 'zh-CN')).toEqual({ level: 0, name: '普通会员', growthToNext: 750 });
    expect(tierShown(2, 6_000, 'en')).toEqual({ level: 2, name: 'Gold', growthToNext: 9_000 });
    expect(tierShown(3, 20_000, 'zh-CN')).toEqual({ level: 3, name: '黑金会员', growthToNext: null });
    expect(tierShown(1, 7_000, 'en').growthToNext).toBe(0);
  });
});

describe('growth', () => {
  test.each([
    [100, 'CNY', 1],
    [199, 'CNY', 1],
    [99, 'CNY', 0],
    [0, 'CNY', 0],
    [-500, 'CNY', 0],
    [1_234, 'JPY', 1_234],
  ])('for goods of %i minor %s is %i', (minor, currency, growth) => {
    expect(growthFor(minor, currency)).toBe(growth);
  });

  test('raises the tier at once, by several steps if need be, and starts a new period', () => {
    const { state, entry } = withGrowth(newGrowth(begin), 5_200, cause, after(40));
    expect(state).toEqual({ growth: 5_200, tierLevel: 2, reviewAt: after(405), graceUntil: null });
    expect(entry).toEqual({ points: 5_200, cause, at: after(40) });
  });

  test('that is taken back leaves the tier to its review and never becomes negative', () => {
    const gold = withGrowth(newGrowth(begin), 5_200, cause, begin).state;
    const less = withGrowth(gold, -5_000, cause, after(5));
    expect(less.state).toEqual({ ...gold, growth: 200 });
    const none = withGrowth(less.state, -900, cause, after(6));
    expect(none.state.growth).toBe(0);
    expect(none.entry?.points).toBe(-200);
    expect(withGrowth(none.state, -1, cause, after(7)).entry).toBeNull();
  });
});

describe('the yearly review', () => {
  const gold: GrowthState = { growth: 9_000, tierLevel: 2, reviewAt: after(365), graceUntil: null };

  test('does nothing before its time', () => {
    expect(review(gold, 0, 'mbr_1', after(364))).toEqual({ state: gold, entry: null });
  });

  test('keeps a tier that the year earned, and lets older growth lapse', () => {
    const { state, entry } = review(gold, 5_000, 'mbr_1', after(365));
    expect(state).toEqual({ growth: 5_000, tierLevel: 2, reviewAt: after(730), graceUntil: null });
    expect(entry).toEqual({ points: -4_000, cause: { kind: 'REVIEW', id: 'mbr_1' }, at: after(365) });
  });

  test('gives 30 days of grace when the year earned too little', () => {
    const { state, entry } = review(gold, 4_999, 'mbr_1', after(365));
    expect(state).toEqual({ ...gold, graceUntil: after(395) });
    expect(entry).toBeNull();
    expect(review(state, 4_999, 'mbr_1', after(394)).state).toBe(state);
  });

  test('keeps the tier when the grace made up for it', () => {
    const inGrace = { ...gold, graceUntil: after(395) };
    expect(review(inGrace, 5_100, 'mbr_1', after(395)).state).toEqual({
      growth: 5_100,
      tierLevel: 2,
      reviewAt: after(760),
      graceUntil: null,
    });
  });

  test('costs one step at most, and leaves the growth that the lower tier starts with', () => {
    const inGrace = { ...gold, graceUntil: after(395) };
    const { state } = review(inGrace, 0, 'mbr_1', after(400));
    expect(state).toEqual({ growth: 1_000, tierLevel: 1, reviewAt: after(765), graceUntil: null });
  });

  test('never takes the lowest tier away', () => {
    const low: GrowthState = { growth: 300, tierLevel: 0, reviewAt: after(365), graceUntil: null };
    expect(review(low, 0, 'mbr_1', after(365)).state).toMatchObject({ tierLevel: 0, growth: 0, graceUntil: null });
  });

  test('never adds growth that a refund took back', () => {
    const inGrace: GrowthState = { growth: 40, tierLevel: 2, reviewAt: after(365), graceUntil: after(395) };
    expect(review(inGrace, 40, 'mbr_1', after(395)).state).toMatchObject({ tierLevel: 1, growth: 40 });
  });
});
