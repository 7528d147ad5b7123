import { describe, expect, test } from '@jest/globals';
import type { ShipmentToLoad } from '#kit/neighbours/logistics.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { viewers } from '../fixtures/viewers.ts';

const world = logisticsWorld(testDatabase());
const at = (day: number) => new Date(Date.UTC(2026, 4, day)).toISOString();

function past(n: number, more: Partial<ShipmentToLoad> = {}): ShipmentToLoad {
  return {
    orderId: `ord_past_${n}`,
    orderNumber: `P${n}`,
    memberId: 'mbr_1',
    channel: 'web',
    region: '上海市',
    warehouseCode: n % 2 === 0 ? 'SH-C1' : 'GZ-R1',
    status: 'DELIVERED',
    lines: [{ orderLineId: `orl_${n}`, skuId: `sku_past${n % 300}`, quantity: 2, weightGrams: 100 }],
    allocatedAt: at(1),
    pickedAt: at(1),
    packedAt: at(2),
    shippedAt: at(2),
    deliveredAt: at(4),
    cancelledAt: null,
    carrierCode: 'SF',
    trackingNumber: `PAST-${n}`,
    events: [{ at: at(4), status: 'DELIVERED', description: '已签收', location: null }],
    ...more,
  };
}
const waiting: Partial<ShipmentToLoad> = {
  status: 'ALLOCATED',
  pickedAt: null,
  packedAt: null,
  shippedAt: null,
  deliveredAt: null,
  carrierCode: null,
  trackingNumber: null,
  events: [],
};
const load = (shipments: ShipmentToLoad[], viewer = viewers.order) =>
  world.doors.loadShipments({ shipments }, world.callAs(viewer));

describe('loading a shop’s past', () => {
  test('books 4,500 levels of stock with a handful of commands, once', async () => {
    const lines = Array.from({ length: 4500 }, (_, n) => ({
      warehouseCode: n % 2 === 0 ? 'SH-C1' : 'GZ-R1',
      skuId: `sku_bulk${Math.floor(n / 2)}`,
      quantity: 10,
    }));
    const loadStock = () => world.doors.loadStock({ idempotencyKey: 'demo', at: at(1), lines }, world.asOrder);
    world.observed.length = 0;
    expect(await loadStock()).toEqual({ ok: true, value: { loaded: 4500 } });
    expect(world.observed.length).toBeLessThan(25);
    expect(await loadStock()).toEqual({ ok: true, value: { loaded: 4500 } });
    expect(await world.level('SH-C1', 'bulk7')).toEqual([10, 0, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('writes 2,000 orders with a dozen commands for each call, with ledgers that balance and nobody told', async () => {
    const shipments = Array.from({ length: 2000 }, (_, n) => past(n, n % 10 === 0 ? waiting : {}));
    world.observed.length = 0;
    for (let from = 0; from < shipments.length; from += 500) {
      expect(await load(shipments.slice(from, from + 500))).toEqual({ ok: true, value: { loaded: 500 } });
    }
    expect(world.observed.length).toBeLessThan(4 * 15);
    expect(await load(shipments.slice(0, 500))).toEqual({ ok: true, value: { loaded: 0 } });
    expect(await world.told('ord_past_1')).toEqual([]);
    expect(await world.discrepancies()).toEqual([]);
    const [delivered] = await world.stores.fulfillments.byOrders(['ord_past_1']);
    expect(delivered).toMatchObject({ stage: 'DELIVERED', orderNumber: 'P1' });
  });

  test('leaves orders that can go on: what waited is shipped, what was sent can come back', async () => {
    await load([past(9001, waiting), past(9002)]);
    const [open] = await world.stores.fulfillments.byOrders(['ord_past_9001']);
    await world.ship(open?.id ?? '', 'PAST-9001');
    const lines = [{ skuId: 'sku_past2', restocked: 1, writtenOff: 0 }];
    const returned = { orderId: 'ord_past_9002', afterSaleId: 'afs_past', receiptId: 'rcp_past', lines };
    expect(await world.returns.takeBackGoods(returned, world.asOrder)).toMatchObject({ ok: true });
    expect(await world.discrepancies()).toEqual([]);
  });

  test('refuses what can’t have been, and everybody but our own services', async () => {
    expect(await load([past(1, { orderId: 'ord_x', warehouseCode: 'MOON' })])).toMatchObject({
      ok: false,
      refusals: [{ code: 'NOT_FOUND', path: ['shipments', '0', 'warehouseCode'] }],
    });
    expect(await load([past(1, { orderId: 'ord_x', carrierCode: 'NOBODY' })])).toMatchObject({
      refusals: [{ code: 'NOT_FOUND', path: ['shipments', '0', 'carrierCode'] }],
    });
    expect(await load([past(1, { orderId: 'ord_x', packedAt: null })])).toMatchObject({
      refusals: [{ code: 'INVALID_INPUT', path: ['shipments'] }],
    });
    await expect(load([past(1)], viewers.staff)).rejects.toMatchObject({ reason: 'FORBIDDEN' });
    expect(await world.stores.fulfillments.byOrders(['ord_x'])).toEqual([]);
  });
});
