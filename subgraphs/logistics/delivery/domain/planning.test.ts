import { describe, expect, test } from '@jest/globals';
import type { Carrier, Warehouse } from '../../network/domain/network.ts';
import { candidatesFor, demandOf, planDelivery, type DeliveryPolicy } from './planning.ts';

const policy: DeliveryPolicy = {
  splitPenaltyMinor: 500,
  promisedDays: 3,
  latenessPenaltyMinorPerDay: 300,
  defaultRegion: '上海市',
};
const sf: Carrier = {
  code: 'SF',
  name: { zh: '顺丰速运', en: 'SF Express' },
  rates: [
    { zone: 'LOCAL', firstKgMinor: 800, extraKgMinor: 200, minDays: 1, maxDays: 1 },
    { zone: 'NEAR', firstKgMinor: 1000, extraKgMinor: 300, minDays: 1, maxDays: 2 },
    { zone: 'FAR', firstKgMinor: 1200, extraKgMinor: 500, minDays: 2, maxDays: 4 },
  ],
};

function warehouse(code: string, more: Partial<Warehouse> = {}): Warehouse {
  return {
    id: `whs_${code}`,
    code,
    name: { zh: code, en: code },
    tier: 'REGIONAL',
    region: '上海市',
    city: '上海市',
    parentCode: null,
    coverage: null,
    channels: null,
    cutoffMinutes: 16 * 60,
    carrierCode: 'SF',
    handlingMinor: 100,
    dailyParcels: 100,
    ...more,
  };
}

const morning = new Date('2026-06-18T02:00:00Z');
const now = (warehouses: Warehouse[], backlog = new Map<string, number>()) => ({
  network: { warehouses, carriers: [sf] },
  backlog,
  now: morning,
});
const codes = (list: { warehouse: Warehouse }[]) => list.map((one) => one.warehouse.code);

describe('candidates', () => {
  test('serve the channel and cover the region', () => {
    const state = now([
      warehouse('B-ALL'),
      warehouse('A-APP', { channels: ['app', 'web'] }),
      warehouse('C-STORE', { channels: ['store'] }),
      warehouse('D-NORTH', { coverage: ['北京市'] }),
    ]);
    expect(codes(candidatesFor(state, { channel: 'web', region: '上海市' }, policy))).toEqual(['A-APP', 'B-ALL']);
    expect(codes(candidatesFor(state, { channel: 'store', region: '北京市' }, policy))).toEqual([
      'B-ALL',
      'C-STORE',
      'D-NORTH',
    ]);
  });

  test('are planned to the default region when none is named, and to the default zone when it is unknown', () => {
    const state = now([warehouse('A'), warehouse('LOCAL-ONLY', { coverage: ['上海市'] })]);
    const byDefault = candidatesFor(state, { channel: 'web', region: null }, policy);
    expect(byDefault.map((one) => [one.warehouse.code, one.rate.zone])).toEqual([
      ['A', 'LOCAL'],
      ['LOCAL-ONLY', 'LOCAL'],
    ]);
    const unknown = candidatesFor(state, { channel: 'web', region: 'Atlantis' }, policy);
    expect(unknown.map((one) => [one.warehouse.code, one.rate.zone])).toEqual([['A', 'FAR']]);
  });

  test('need a carrier that goes there', () => {
    const state = now([warehouse('A'), warehouse('B', { carrierCode: 'NOBODY' })]);
    expect(codes(candidatesFor(state, { channel: 'web', region: '西藏自治区' }, policy))).toEqual([]);
    expect(codes(candidatesFor(state, { channel: 'web', region: '上海市' }, policy))).toEqual(['A']);
  });
});

describe('a delivery plan', () => {
  const near = warehouse('NEAR', { region: '浙江省' });
  const far = warehouse('FAR', { region: '四川省' });
  const candidates = candidatesFor(now([near, far]), { channel: 'web', region: '上海市' }, policy);

  test('charges each parcel by begun kilograms and says when it arrives', () => {
    const plan = planDelivery([{ skuId: 's', quantity: 3, weightGrams: 500 }], candidates, () => 9, policy);
    expect(plan).toMatchObject({
      ok: true,
      deliveries: [{ warehouse: near, freightMinor: 1300, lines: [{ skuId: 's', quantity: 3 }] }],
    });
  });

  test('prefers a dearer parcel that is in time to a cheaper one that is not', () => {
    const busy = new Map([[near.id, 400]]);
    const late = candidatesFor(now([near, far], busy), { channel: 'web', region: '上海市' }, policy);
    // near: 1000 + 3 days late · 300; far: 1200 + 1 day late · 300
    const plan = planDelivery([{ skuId: 's', quantity: 1, weightGrams: 0 }], late, () => 9, policy);
    expect(plan).toMatchObject({ deliveries: [{ warehouse: far }] });
  });

  test('names what is short', () => {
    const plan = planDelivery([{ skuId: 's', quantity: 3, weightGrams: 0 }], candidates, () => 1, policy);
    expect(plan).toEqual({ ok: false, shortages: [{ skuId: 's', requested: 3, available: 2 }] });
  });
});

test('lines of one SKU are added up, and its heaviest weight counts', () => {
  const lines = [
    { skuId: 'a', quantity: 1, weightGrams: 0 },
    { skuId: 'b', quantity: 2, weightGrams: 10 },
    { skuId: 'a', quantity: 4, weightGrams: 300 },
  ];
  expect(demandOf(lines)).toEqual([
    { skuId: 'a', quantity: 5, weightGrams: 300 },
    { skuId: 'b', quantity: 2, weightGrams: 10 },
  ]);
});
