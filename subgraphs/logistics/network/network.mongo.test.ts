import { describe, expect, test } from '@jest/globals';
import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { central, regional, sf } from '../fixtures/small-network.ts';
import { viewers } from '../fixtures/viewers.ts';

const world = logisticsWorld(testDatabase());

async function mutate(name: string, selection: string, input: object, viewer = viewers.staff): Promise<object> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code path } } }`;
  const given = { idempotencyKey: newId('request'), ...input };
  const data = await world.graph<Record<string, object>>(document, { input: given }, viewer);
  return data[name] ?? {};
}
const fen = (amount: string, currency = 'CNY') => ({ amount, currency });

const front = {
  code: 'SH-F1',
  name: '徐汇前置仓',
  nameEn: 'Xuhui front',
  tier: 'FRONT',
  region: '上海',
  city: '上海市',
  parentCode: 'SH-C1',
  coverage: ['上海'],
  channels: ['app'],
  cutoff: '21:00',
  carrierCode: 'SF',
  handlingCost: fen('1.50'),
  dailyParcels: 300,
};
const createWarehouse = (more: object, viewer = viewers.staff) =>
  mutate('createWarehouse', 'warehouse { code name }', { ...front, ...more }, viewer);

describe('opening a warehouse', () => {
  test('puts it into the network with everything that was said', async () => {
    expect(await createWarehouse({})).toEqual({ warehouse: { code: 'SH-F1', name: 'Xuhui front' }, userErrors: [] });
    const document = `query { warehouse(code: "SH-F1") { code tier region city coverage channels cutoff dailyParcels
      handlingCost { amount currency } parent { code } carrier { code rates { zone firstKg { amount } maxDays } } } }`;
    expect(await world.graph(document, {})).toMatchObject({
      warehouse: {
        tier: 'FRONT',
        region: '上海市',
        coverage: ['上海市'],
        channels: ['app'],
        cutoff: '21:00',
        dailyParcels: 300,
        handlingCost: { amount: '1.50', currency: 'CNY' },
        parent: { code: 'SH-C1' },
        carrier: {
          code: 'SF',
          rates: expect.arrayContaining([{ zone: 'FAR', firstKg: { amount: '12.00' }, maxDays: 3 }]),
        },
      },
    });
  });

  test.each([
    [{ code: 'SH-C1' }, 'WAREHOUSE_CODE_TAKEN', ['code']],
    [{ code: 'X-1', carrierCode: 'NOBODY' }, 'NOT_FOUND', ['carrierCode']],
    [{ code: 'X-1', parentCode: 'NOWHERE' }, 'NOT_FOUND', ['parentCode']],
    [{ code: 'X-1', region: 'Atlantis' }, 'NOT_FOUND', ['region']],
    [{ code: 'X-1', cutoff: '25:00' }, 'INVALID_INPUT', ['cutoff']],
    [{ code: 'X-1', handlingCost: fen('1.505') }, 'INVALID_INPUT', ['handlingCost', 'amount']],
    [{ code: 'X-1', handlingCost: fen('-1.00') }, 'INVALID_INPUT', ['handlingCost']],
    [{ code: 'X-1', handlingCost: fen('1', 'USD') }, 'CURRENCY_MISMATCH', ['handlingCost', 'currency']],
  ])('with %j is refused', async (wrong, code, path) => {
    expect(await createWarehouse(wrong)).toEqual({ warehouse: null, userErrors: [{ code, path }] });
  });

  test('of one code by ten people at once opens one', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => createWarehouse({ code: 'RACE-1' })));
    expect(answers.filter((answer) => 'warehouse' in answer && answer.warehouse !== null)).toHaveLength(1);
  });

  test('again after a crash that hid its success answers the same', async () => {
    const once: Once = async (_call, action) => {
      await action('whs_crashed');
      return action('whs_crashed');
    };
    const { changeNetwork } = world.elsewhereWith({ once });
    const keyed = { caller: 'stf_1', idempotencyKey: 'crash' };
    const { name, nameEn, ...draft } = central;
    const names = { zh: name, en: nameEn };
    expect(await changeNetwork.createWarehouse({ ...keyed, ...draft, code: 'CRASH-1', name: names })).toMatchObject({
      ok: true,
    });
    expect(await changeNetwork.createCarrier({ ...keyed, code: 'CRASH', name: names })).toMatchObject({ ok: true });
  });

  test('is for staff with stock:write', async () => {
    await expect(createWarehouse({}, viewers.member)).rejects.toThrow('FORBIDDEN');
    await expect(createWarehouse({}, viewers.guest)).rejects.toThrow('UNAUTHENTICATED');
  });
});

describe('carriers', () => {
  const rate = { zone: 'LOCAL', firstKg: fen('6.00'), extraKg: fen('1.00'), minDays: 1, maxDays: 2 };
  const setRates = (rates: object[], carrierCode = 'YTO') =>
    mutate('setFreightRates', 'carrier { code rates { zone firstKg { amount } } }', { carrierCode, rates });

  test('are added without rates, get a card, and the next card replaces it', async () => {
    const add = (code: string) => mutate('createCarrier', 'carrier { code name }', { code, name: '圆通速递' });
    expect(await add('YTO')).toEqual({ carrier: { code: 'YTO', name: '圆通速递' }, userErrors: [] });
    expect(await add('YTO')).toEqual({ carrier: null, userErrors: [{ code: 'CARRIER_CODE_TAKEN', path: ['code'] }] });
    expect(await add('y')).toMatchObject({ userErrors: [{ code: 'INVALID_INPUT', path: ['code'] }] });
    await setRates([rate, { ...rate, zone: 'FAR' }]);
    expect(await setRates([{ ...rate, firstKg: fen('7') }])).toEqual({
      carrier: { code: 'YTO', rates: [{ zone: 'LOCAL', firstKg: { amount: '7.00' } }] },
      userErrors: [],
    });
  });

  test('with a card that can’t be are refused', async () => {
    expect(await setRates([rate], 'NOBODY')).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', path: ['carrierCode'] }],
    });
    expect(await setRates([rate, rate])).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['rates', '1', 'zone'] }],
    });
    expect(await setRates([{ ...rate, extraKg: fen('1', 'EUR') }])).toMatchObject({
      userErrors: [{ code: 'CURRENCY_MISMATCH', path: ['rates', '0', 'extraKg', 'currency'] }],
    });
  });
});

describe('the network', () => {
  test('is listed in pages by code, for staff', async () => {
    const document = `query ($first: Int!, $after: String) { warehouses(first: $first, after: $after) {
      totalCount nodes { code } pageInfo { hasNextPage endCursor } } }`;
    interface Page {
      warehouses: {
        totalCount: number;
        nodes: { code: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    }
    const seen: string[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const { warehouses }: Page = await world.graph<Page>(document, { first: 2, after });
      seen.push(...warehouses.nodes.map((warehouse) => warehouse.code));
      ({ hasNextPage: more, endCursor: after } = warehouses.pageInfo);
      expect(warehouses.totalCount).toBe((await world.stores.network.network()).warehouses.length);
    }
    expect(seen).toEqual(seen.toSorted());
    expect(seen).toEqual(expect.arrayContaining(['GZ-R1', 'SH-C1']));
    await expect(world.graph(document, { first: 2 }, viewers.member)).rejects.toThrow('FORBIDDEN');
  });

  test('shows shoppers a warehouse’s name and not what it costs', async () => {
    const ask = (fields: string) =>
      world.graph(
        `query ($one: _Any!) { _entities(representations: [$one]) { ... on Warehouse { ${fields} } } }`,
        { one: { __typename: 'Warehouse', code: 'SH-C1' } },
        viewers.guest,
      );
    expect(await ask('code name cutoff')).toEqual({
      _entities: [{ code: 'SH-C1', name: 'Shanghai central', cutoff: '16:00' }],
    });
    for (const secret of ['handlingCost { amount }', 'channels', 'dailyParcels', 'carrier { code }']) {
      await expect(ask(secret)).rejects.toThrow('UNAUTHENTICATED');
    }
  });

  test('is loaded again without a change of ids, all of it or nothing, by our own services only', async () => {
    const load = (warehouses: object[], viewer = viewers.order) =>
      world.doors.loadNetwork({ carriers: [sf], warehouses: warehouses as never }, world.callAs(viewer));
    const first = await load([central, regional]);
    expect(await load([central, regional])).toEqual(first);
    expect(
      await load([
        { ...central, code: 'NEW-1' },
        { ...regional, parentCode: 'NOWHERE' },
      ]),
    ).toMatchObject({
      ok: false,
      refusals: [{ code: 'NOT_FOUND', path: ['warehouses', '1', 'parentCode'] }],
    });
    expect(await world.doors.warehouseByCode({ warehouseCode: 'NEW-1' }, world.asOrder)).toEqual({ warehouse: null });
    await expect(load([central], viewers.staff)).rejects.toMatchObject({ code: 'REFUSED', reason: 'FORBIDDEN' });
  });
});

test('neighbours are told whether a carrier is one of ours', async () => {
  expect(await world.doors.knowsCarrier({ carrierCode: 'SF' }, world.asOrder)).toEqual({ known: true });
  expect(await world.doors.knowsCarrier({ carrierCode: 'NONE' }, world.asOrder)).toEqual({ known: false });
});

describe('planning a delivery', () => {
  const plan = (lines: object[], region: string | null) =>
    world.doors.planDelivery({ channel: 'web', currency: 'CNY', region, lines: lines as never }, world.asOrder);

  test('says who sends what, when it arrives and what the freight is, by begun kilograms', async () => {
    await world.receive('SH-C1', { kettle: 5 });
    await world.receive('GZ-R1', { tea: 5 });
    const lines = [
      { skuId: 'sku_kettle', quantity: 2, weightGrams: 900 },
      { skuId: 'sku_tea', quantity: 1, weightGrams: 100 },
    ];
    const { deliveries, shortages } = await plan(lines, '上海市');
    expect(shortages).toEqual([]);
    const { warehouse } = await world.doors.warehouseByCode({ warehouseCode: 'SH-C1' }, world.asOrder);
    expect(deliveries).toHaveLength(2);
    expect(deliveries.find((delivery) => delivery.warehouseId === warehouse?.id)).toEqual({
      warehouseId: warehouse?.id,
      earliest: '2026-06-18T04:00:00.000Z',
      latest: '2026-06-19T13:00:00.000Z',
      freightMinor: 1000,
      lines: [{ skuId: 'sku_kettle', quantity: 2 }],
    });
  });

  test('plans what there is and names what is short, and reserves nothing', async () => {
    await world.receive('SH-C1', { rare: 2 });
    const answer = await plan([{ skuId: 'sku_rare', quantity: 5, weightGrams: 100 }], null);
    expect(answer.shortages).toEqual([{ skuId: 'sku_rare', requested: 5, available: 2 }]);
    expect(answer.deliveries).toMatchObject([{ lines: [{ skuId: 'sku_rare', quantity: 2 }] }]);
    expect(await world.level('SH-C1', 'rare')).toEqual([2, 0, 0, 0]);
    const none = await plan([{ skuId: 'sku_never', quantity: 1, weightGrams: 0 }], null);
    expect(none).toEqual({ deliveries: [], shortages: [{ skuId: 'sku_never', requested: 1, available: 0 }] });
  });

  test('in a currency that rate cards are not kept in is refused', async () => {
    const input = { channel: 'web', currency: 'USD', region: null, lines: [] };
    await expect(world.doors.planDelivery(input, world.asOrder)).rejects.toMatchObject({ reason: 'BAD_USER_INPUT' });
  });
});
