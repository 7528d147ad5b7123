import { describe, expect, test } from '@jest/globals';
import { readLogisticsConfig } from './config.ts';

describe('the settings of logistics', () => {
  test('have defaults', () => {
    expect(readLogisticsConfig({})).toEqual({
      defaultRegion: '上海市',
      splitPenaltyMinor: 500,
      promisedDays: 3,
      latenessPenaltyMinorPerDay: 300,
    });
  });

  test('are read', () => {
    const env = { LOGISTICS_DEFAULT_REGION: '广东', LOGISTICS_SPLIT_PENALTY_FEN: '0', LOGISTICS_PROMISED_DAYS: '5' };
    expect(readLogisticsConfig(env)).toMatchObject({ defaultRegion: '广东', splitPenaltyMinor: 0, promisedDays: 5 });
  });

  test.each([
    ['LOGISTICS_DEFAULT_REGION', 'Atlantis'],
    ['LOGISTICS_SPLIT_PENALTY_FEN', '-1'],
    ['LOGISTICS_PROMISED_DAYS', '2.5'],
    ['LOGISTICS_LATENESS_PENALTY_FEN', 'much'],
  ])('with %s=%s stop the start with one line that names it', (name, value) => {
    expect(() => readLogisticsConfig({ [name]: value })).toThrow(
      new RegExp(`^${name} has a value that cannot be used`),
    );
  });
});
