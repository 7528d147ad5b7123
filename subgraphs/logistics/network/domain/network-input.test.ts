import { describe, expect, test } from '@jest/globals';
import type { ZoneRate } from './network.ts';
import { rateCardProblems } from './rate-card.ts';
import { clockText, readWarehouse, type WarehouseDraft } from './warehouse-draft.ts';

const draft: WarehouseDraft = {
  code: 'SH-F1',
  name: { zh: '上海前置仓', en: 'Shanghai front' },
  tier: 'FRONT',
  region: '上海',
  city: '上海市',
  parentCode: null,
  coverage: ['上海', '江苏省', '上海市'],
  channels: ['app'],
  cutoff: '21:30',
  carrierCode: 'SF',
  handlingMinor: 80,
  dailyParcels: 300,
};

describe('a warehouse', () => {
  test('is read with its regions by their full names and its cut-off in minutes', () => {
    expect(readWarehouse(draft)).toMatchObject({
      ok: true,
      value: { region: '上海市', coverage: ['上海市', '江苏省'], cutoffMinutes: 21 * 60 + 30 },
    });
    expect(clockText(21 * 60 + 30)).toBe('21:30');
    expect(clockText(5)).toBe('00:05');
  });

  test.each([
    [{ code: 'sh' }, 'INVALID_INPUT', ['code']],
    [{ code: 'A' }, 'INVALID_INPUT', ['code']],
    [{ name: { zh: ' ', en: 'x' } }, 'INVALID_INPUT', ['name']],
    [{ name: { zh: '仓', en: 'x'.repeat(61) } }, 'INVALID_INPUT', ['nameEn']],
    [{ region: '火星' }, 'NOT_FOUND', ['region']],
    [{ coverage: ['上海市', 'Mars'] }, 'NOT_FOUND', ['coverage', '1']],
    [{ coverage: [] }, 'INVALID_INPUT', ['coverage']],
    [{ channels: [] }, 'INVALID_INPUT', ['channels']],
    [{ city: '' }, 'INVALID_INPUT', ['city']],
    [{ cutoff: '24:00' }, 'INVALID_INPUT', ['cutoff']],
    [{ cutoff: '9:00' }, 'INVALID_INPUT', ['cutoff']],
    [{ handlingMinor: -1 }, 'INVALID_INPUT', ['handlingCost']],
    [{ dailyParcels: 0 }, 'INVALID_INPUT', ['dailyParcels']],
    [{ dailyParcels: 0.5 }, 'INVALID_INPUT', ['dailyParcels']],
  ])('with %j is refused', (wrong, code, path) => {
    expect(readWarehouse({ ...draft, ...wrong })).toMatchObject({ ok: false, refusals: [{ code, path }] });
  });
});

describe('a rate card', () => {
  const rate: ZoneRate = { zone: 'LOCAL', firstKgMinor: 800, extraKgMinor: 200, minDays: 1, maxDays: 2 };

  test('with one sound rate per zone is accepted', () => {
    expect(rateCardProblems([rate, { ...rate, zone: 'FAR', minDays: 2, maxDays: 2 }])).toEqual([]);
  });

  test.each([
    [{}, 'zone'],
    [{ zone: 'FAR', firstKgMinor: -1 }, 'firstKg'],
    [{ zone: 'FAR', extraKgMinor: 1_000_001 }, 'extraKg'],
    [{ zone: 'FAR', minDays: -1 }, 'minDays'],
    [{ zone: 'FAR', minDays: 3, maxDays: 2 }, 'maxDays'],
    [{ zone: 'FAR', maxDays: 61 }, 'maxDays'],
  ] as const)('with a second rate %j is refused', (second, field) => {
    const path = ['rates', '1', field];
    expect(rateCardProblems([rate, { ...rate, ...second }])).toMatchObject([{ code: 'INVALID_INPUT', path }]);
  });
});
