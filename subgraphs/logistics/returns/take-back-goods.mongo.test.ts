import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';

const world = logisticsWorld(testDatabase());

const takeBack = (orderId: string, receiptId: string, name: string, restocked: number, writtenOff = 0) => {
  const lines = [{ skuId: `sku_${name}`, restocked, writtenOff }];
  return world.returns.takeBackGoods({ orderId, afterSaleId: 'afs_1', receiptId, lines }, world.asOrder);
};

describe('goods that came back', () => {
  test('go to where they came from, once for each receipt, and never more than were sent', async () => {
    await world.shipped('ord_back', { back: 3 });
    expect(await world.level('SH-C1', 'back')).toEqual([0, 0, 0, 0]);
    const answers = await Promise.all([1, 2, 3].map(() => takeBack('ord_back', 'rcp_1', 'back', 2)));
    expect(answers.map((answer) => answer.ok && answer.value.booked).toSorted()).toEqual([0, 0, 2]);
    expect(await world.level('SH-C1', 'back')).toEqual([2, 0, 0, 0]);
    expect(await takeBack('ord_back', 'rcp_2', 'back', 2)).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_INPUT', path: ['lines', '0'] }],
    });
    expect(await takeBack('ord_back', 'rcp_3', 'back', 1)).toMatchObject({ ok: true, value: { booked: 1 } });
    expect(await world.discrepancies()).toEqual([]);
  });

  test('and can’t be sold again are on hand and damaged, and the ledger names the receipt that says why', async () => {
    await world.shipped('ord_torn', { torn: 3 });
    expect(await takeBack('ord_torn', 'rcp_torn', 'torn', 1, 2)).toEqual({ ok: true, value: { booked: 3 } });
    expect(await world.level('SH-C1', 'torn')).toEqual([3, 0, 2, 0]);
    const warehouse = await world.stores.network.warehouseByCode('SH-C1');
    const place = { warehouseId: warehouse?.id ?? '', skuId: 'sku_torn' };
    expect((await world.stores.ledger.page(place, { first: 1, after: null }))[0]).toMatchObject({
      onHand: 3,
      damaged: 2,
      cause: 'RETURN',
      causeId: 'rcp_torn',
      note: null,
    });
    expect(await world.discrepancies()).toEqual([]);
  });

  test('of an order that sent nothing are refused', async () => {
    expect(await takeBack('ord_nobody', 'rcp_9', 'back', 1)).toMatchObject({
      refusals: [{ code: 'NOT_FOUND', path: ['orderId'] }],
    });
  });
});
