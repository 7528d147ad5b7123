import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { sf } from '../fixtures/small-network.ts';
import { stepsIn } from '../fixtures/take-step.ts';

const world = logisticsWorld(testDatabase());
const take = stepsIn(world);
const local = sf.rates.find(({ zone }) => zone === 'LOCAL');
const facts = { orderNumber: 'N', memberId: 'mbr_1', channel: 'web' };
const without = (orderId: string, name: string, quantity: number) => ({
  orderLineId: `orl_${orderId}_${name}`,
  quantity,
});
const apply = (
  orderId: string,
  editId: string,
  removed: { orderLineId: string; quantity: number }[],
  adds: boolean,
  paid = true,
) => world.edits.applyEdit({ ...facts, orderId, editId, removed, adds, paid }, world.asOrder);
const plan = (orderId: string, removed: { orderLineId: string; quantity: number }[], added: Record<string, number>) =>
  world.edits.planEdit(
    {
      ...{ orderId, channel: 'web', region: '上海市', removed },
      added: Object.entries(added).map(([name, quantity]) => ({ skuId: `sku_${name}`, quantity, weightGrams: 500 })),
    },
    world.asOrder,
  );
const living = async (orderId: string) =>
  (await world.stores.fulfillments.byOrders([orderId]))
    .filter(({ stage }) => stage !== 'CANCELLED')
    .map(({ stage, lines }) => [stage, lines.map((one) => [one.skuId, one.quantity])]);

describe('the goods of a paid order', () => {
  test('are changed in one step: removed units are free, added ones are sent along, once for an edit', async () => {
    await world.allocated('ord_1', { tea: 3, cup: 1 });
    await world.receive('SH-C1', { pen: 5 });
    await world.reserve('edt_1', { pen: 2 });
    const removed = [without('ord_1', 'tea', 1), without('ord_1', 'cup', 1)];
    for (let time = 0; time < 3; time += 1)
      expect(await apply('ord_1', 'edt_1', removed, true)).toMatchObject({ ok: true });
    expect(await living('ord_1')).toEqual([
      [
        'ALLOCATED',
        [
          ['sku_tea', 2],
          ['sku_pen', 2],
        ],
      ],
    ]);
    expect(await world.level('SH-C1', 'tea')).toEqual([3, 2, 0, 0]);
    expect(await world.level('SH-C1', 'cup')).toEqual([1, 0, 0, 0]);
    expect(await world.level('SH-C1', 'pen')).toEqual([5, 2, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
    const [fulfillment] = await world.stores.fulfillments.byOrders(['ord_1']);
    await world.ship(fulfillment?.id ?? '', 'EDITED-1');
    expect(await world.level('SH-C1', 'pen')).toEqual([3, 0, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('that somebody has begun to pick stay together, and what is added is picked apart', async () => {
    const fulfillmentId = await world.allocated('ord_2', { ink: 2 });
    await take('startPicking', { fulfillmentId });
    await world.receive('SH-C1', { box: 1 });
    await world.reserve('edt_2', { box: 1 });
    expect(await apply('ord_2', 'edt_2', [without('ord_2', 'ink', 1)], true)).toMatchObject({ ok: true });
    expect(await living('ord_2')).toEqual([
      ['PICKING', [['sku_ink', 1]]],
      ['ALLOCATED', [['sku_box', 1]]],
    ]);
    expect((await world.told('ord_2')).map(([name]) => name)).toEqual([
      'fulfillment.allocated',
      'fulfillment.allocated',
    ]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('stay as they are once something is packed, before the order is paid, or when what was reserved is gone', async () => {
    const fulfillmentId = await world.allocated('ord_3', { salt: 2 });
    await world.receive('SH-C1', { wax: 1 });
    await world.reserve('edt_3', { wax: 1 });
    await world.doors.releaseStock({ orderId: 'edt_3', attempt: 1 }, world.asOrder);
    const removed = [without('ord_3', 'salt', 1)];
    expect(await apply('ord_3', 'edt_3', removed, true)).toMatchObject({ refusals: [{ state: 'RELEASED' }] });
    expect(await apply('ord_3', 'edt_none', removed, true)).toMatchObject({ refusals: [{ state: 'RELEASED' }] });
    expect(await plan('ord_3', [without('ord_3', 'salt', 3)], {})).toMatchObject({ ok: false });
    await take('pickFulfillment', { fulfillmentId });
    await take('packFulfillment', { fulfillmentId });
    expect(await apply('ord_3', 'edt_4', removed, false)).toMatchObject({ refusals: [{ state: 'PACKED' }] });
    expect(await plan('ord_3', removed, {})).toMatchObject({ refusals: [{ code: 'INVALID_STATE', state: 'PACKED' }] });
    expect(await living('ord_3')).toEqual([['PACKED', [['sku_salt', 2]]]]);
    await world.reserve('ord_unpaid', { wax: 1 });
    expect(await apply('ord_unpaid', 'edt_5', [], false)).toMatchObject({ refusals: [{ state: 'HELD' }] });
    expect(await apply('ord_none', 'edt_6', [], false)).toMatchObject({ refusals: [{ state: 'UNKNOWN' }] });
    expect(await world.discrepancies()).toEqual([]);
  });

  test('are changed or packed when both happen in the same moment, and no unit is lost or doubled', async () => {
    for (let round = 0; round < 8; round += 1) {
      const orderId = `ord_race_${round}`;
      const fulfillmentId = await world.allocated(orderId, { race: 2 });
      await take('pickFulfillment', { fulfillmentId });
      const pack = { caller: 'stf_1', fulfillmentId, idempotencyKey: newId('request'), parcels: null };
      const [edited, packed] = await Promise.all([
        apply(orderId, `edt_race_${round}`, [without(orderId, 'race', 1)], false),
        world.elsewhere.work.pack(pack, world.asOrder),
      ]);
      const [[stage, lines] = []] = await living(orderId);
      expect(packed.ok).toBe(true);
      expect([stage, lines]).toEqual(['PACKED', [['sku_race', edited.ok ? 1 : 2]]]);
    }
    expect(await world.discrepancies()).toEqual([]);
  });
});

describe('the goods of an unpaid order', () => {
  test('are held otherwise in one step, once for an edit, and allocated when it is paid', async () => {
    await world.receive('SH-C1', { silk: 3, wool: 1 });
    await world.reserve('ord_u', { silk: 3 });
    await world.reserve('edt_u', { wool: 1 });
    const planned = await world.edits.planEdit(
      {
        ...{ orderId: 'ord_u', paid: false, channel: 'web', region: '上海市', removed: [without('ord_u', 'silk', 2)] },
        added: [],
      },
      world.asOrder,
    );
    expect(planned).toMatchObject({
      ok: true,
      value: { freightMinor: 0, deliveries: [{ lines: [{ skuId: 'sku_silk', quantity: 1 }] }] },
    });
    for (let time = 0; time < 3; time += 1)
      expect(await apply('ord_u', 'edt_u', [without('ord_u', 'silk', 2)], true, false)).toMatchObject({ ok: true });
    expect(await world.level('SH-C1', 'silk')).toEqual([3, 1, 0, 0]);
    expect(await world.level('SH-C1', 'wool')).toEqual([1, 1, 0, 0]);
    expect(await living('ord_u')).toEqual([]);
    expect(await world.discrepancies()).toEqual([]);
    await world.tell('order.paid', world.paid('ord_u', { silk: 1, wool: 1 }));
    expect(await living('ord_u')).toEqual([
      [
        'ALLOCATED',
        [
          ['sku_silk', 1],
          ['sku_wool', 1],
        ],
      ],
    ]);
    expect(await apply('ord_u', 'edt_later', [without('ord_u', 'silk', 1)], false, false)).toMatchObject({
      refusals: [{ code: 'INVALID_STATE', state: 'CONFIRMED' }],
    });
    expect(await world.discrepancies()).toEqual([]);
  });

  test('that ran out of time meanwhile stay free', async () => {
    await world.receive('SH-C1', { jute: 2 });
    await world.reserve('ord_late', { jute: 2 });
    await world.doors.releaseStock({ orderId: 'ord_late', attempt: 1 }, world.asOrder);
    const removed = [without('ord_late', 'jute', 1)];
    expect(await apply('ord_late', 'edt_late', removed, false, false)).toMatchObject({
      refusals: [{ state: 'RELEASED' }],
    });
    expect(await world.level('SH-C1', 'jute')).toEqual([2, 0, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });
});

describe('the freight of an edit', () => {
  test('is what the parcels cost more with it, and nothing when they cost less', async () => {
    await world.allocated('ord_heavy', { brick: 2 });
    await world.receive('SH-C1', { stone: 9 });
    // 1 kg is in the first kilogram; each further one that is begun costs extra.
    expect(await plan('ord_heavy', [], { stone: 1 })).toMatchObject({
      ok: true,
      value: { freightMinor: local?.extraKgMinor },
    });
    expect(await plan('ord_heavy', [], { stone: 4 })).toMatchObject({
      value: { freightMinor: 2 * (local?.extraKgMinor ?? 0) },
    });
    expect(await plan('ord_heavy', [without('ord_heavy', 'brick', 1)], { stone: 1 })).toMatchObject({
      value: { freightMinor: 0 },
    });
    expect(await plan('ord_heavy', [without('ord_heavy', 'brick', 1)], {})).toMatchObject({
      value: { freightMinor: 0 },
    });
    expect(await plan('ord_heavy', [], { stone: 10 })).toMatchObject({
      refusals: [{ code: 'INSUFFICIENT_STOCK', skuId: 'sku_stone', requested: 10, available: 9 }],
    });
  });
});
