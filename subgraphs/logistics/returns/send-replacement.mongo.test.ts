import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';

const world = logisticsWorld(testDatabase());

const reserve = (afterSaleId: string, name: string, quantity = 1) => world.reserve(afterSaleId, { [name]: quantity });
const send = (orderId: string, afterSaleId: string, name: string, quantity = 1) =>
  world.returns.sendReplacement(
    {
      afterSaleId,
      orderId,
      orderNumber: `N-${orderId}`,
      memberId: 'mbr_1',
      channel: 'web',
      region: '上海市',
      lines: [{ orderLineId: 'orl_1', skuId: `sku_${name}`, quantity, weightGrams: 500 }],
    },
    world.asOrder,
  );
const replacementOf = async (orderId: string) =>
  (await world.stores.fulfillments.byOrders([orderId])).find((one) => one.afterSaleId !== undefined);

describe('the replacement of an exchange', () => {
  test('is sent from what was reserved for it, once, as a part of its order, and may come back like everything sent', async () => {
    await world.shipped('ord_swap', { swap: 1 });
    await world.receive('SH-C1', { swap: 1 });
    await reserve('afs_swap', 'swap');
    const answers = await Promise.all([1, 2, 3].map(() => send('ord_swap', 'afs_swap', 'swap')));
    const replacement = await replacementOf('ord_swap');
    for (const answer of answers) expect(answer).toEqual({ ok: true, value: { fulfillmentIds: [replacement?.id] } });
    expect(replacement).toMatchObject({ afterSaleId: 'afs_swap', stage: 'ALLOCATED', lines: [{ quantity: 1 }] });

    await world.ship(replacement?.id ?? '', 'SWAP-2');
    expect(await world.level('SH-C1', 'swap')).toEqual([0, 0, 0, 0]);
    expect(await world.told('afs_swap')).toMatchObject([
      ['replacement.shipped', { orderId: 'ord_swap', afterSaleId: 'afs_swap', remaining: 0 }],
    ]);
    expect((await world.told('ord_swap')).map(([name]) => name)).toEqual([
      'fulfillment.allocated',
      'fulfillment.shipped',
    ]);

    const lines = [{ skuId: 'sku_swap', restocked: 2, writtenOff: 0 }];
    const receipt = { orderId: 'ord_swap', afterSaleId: 'afs_later', receiptId: 'rcp_both', lines };
    expect(await world.returns.takeBackGoods(receipt, world.asOrder)).toEqual({ ok: true, value: { booked: 2 } });
    expect(await world.discrepancies()).toEqual([]);
  });

  test('moves nothing of its order when it is handed over', async () => {
    await world.shipped('ord_over', { over: 1 });
    await world.receive('SH-C1', { over: 1 });
    await reserve('afs_over', 'over');
    await send('ord_over', 'afs_over', 'over');
    const replacement = await replacementOf('ord_over');
    await world.ship(replacement?.id ?? '', 'OVER-2');
    const event = { status: 'DELIVERED' as const, at: world.clock.now(), description: '已签收', location: null };
    const report = { trackingNumber: 'OVER-2', carrierCode: 'SF', carriers: null, caller: 'stf_1', event };
    expect(await world.elsewhere.recordTrackingEvent(report)).toMatchObject({ ok: true });
    expect((await replacementOf('ord_over'))?.stage).toBe('DELIVERED');
    expect((await world.told('ord_over')).map(([name]) => name)).not.toContain('shipment.delivered');
  });

  test('whose reservation had run out is reserved again, or refused for want of goods', async () => {
    await world.shipped('ord_late', { late: 1 });
    await world.receive('SH-C1', { late: 1 });
    await reserve('afs_late', 'late');
    world.clock.advance(31 * 60_000);
    await world.sweep();
    expect(await world.level('SH-C1', 'late')).toEqual([1, 0, 0, 0]);
    await world.reserve('ord_faster', { late: 1 });
    expect(await send('ord_late', 'afs_late', 'late')).toMatchObject({
      ok: false,
      refusals: [{ code: 'INSUFFICIENT_STOCK', skuId: 'sku_late', available: 0 }],
    });
    await world.receive('SH-C1', { late: 1 });
    expect(await send('ord_late', 'afs_late', 'late')).toMatchObject({ ok: true });
    expect(await world.level('SH-C1', 'late')).toEqual([2, 2, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('that was given back is never sent', async () => {
    await world.receive('SH-C1', { never: 1 });
    await reserve('afs_never', 'never');
    await world.doors.releaseStock({ orderId: 'afs_never' }, world.asOrder);
    expect(await send('ord_never', 'afs_never', 'never')).toMatchObject({ refusals: [{ code: 'INVALID_STATE' }] });
    expect(await world.level('SH-C1', 'never')).toEqual([1, 0, 0, 0]);
  });
});
