import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { stepsIn } from '../fixtures/take-step.ts';

const world = logisticsWorld(testDatabase());
const take = stepsIn(world);

const withdraw = (orderId: string, quantities: Record<string, number>, withdrawalId = `afs_${orderId}`) =>
  world.returns.withdrawUnits(
    {
      orderId,
      withdrawalId,
      lines: Object.entries(quantities).map(([name, quantity]) => ({
        orderLineId: `orl_${orderId}_${name}`,
        quantity,
      })),
    },
    world.asOrder,
  );
const fulfillmentOf = async (orderId: string) => (await world.stores.fulfillments.byOrders([orderId]))[0];
const shipped = { ok: false, refusals: [expect.objectContaining({ code: 'INVALID_STATE', state: 'SHIPPED' })] };

describe('units that are not to be sent', () => {
  test('leave the fulfillment, and their stock is free again', async () => {
    await world.allocated('ord_part', { red: 3, blue: 1 });
    expect(await withdraw('ord_part', { red: 2 })).toEqual({
      ok: true,
      value: { unitsToSend: 2, unitsSent: 0, toDeliver: 1 },
    });
    expect((await fulfillmentOf('ord_part'))?.lines.map(({ skuId, quantity }) => [skuId, quantity])).toEqual([
      ['sku_red', 1],
      ['sku_blue', 1],
    ]);
    expect(await world.level('SH-C1', 'red')).toEqual([3, 1, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('are withdrawn once, however often and at once it is asked', async () => {
    await world.allocated('ord_twice', { twice: 5 });
    const answers = await Promise.all([1, 2, 3].map(() => withdraw('ord_twice', { twice: 2 })));
    for (const answer of answers) expect(answer).toMatchObject({ ok: true, value: { unitsToSend: 3 } });
    expect(await world.level('SH-C1', 'twice')).toEqual([5, 3, 0, 0]);
  });

  test('can be all of them: the fulfillment is cancelled', async () => {
    await world.allocated('ord_all', { all: 2 });
    expect(await withdraw('ord_all', { all: 2 })).toMatchObject({ ok: true, value: { unitsToSend: 0, toDeliver: 0 } });
    expect((await fulfillmentOf('ord_all'))?.stage).toBe('CANCELLED');
    expect(await world.level('SH-C1', 'all')).toEqual([2, 0, 0, 0]);
  });

  test('leave a packed fulfillment to be packed again, with what is left', async () => {
    const fulfillmentId = await world.allocated('ord_packed', { packed: 3 });
    await take('pickFulfillment', { fulfillmentId });
    await take('packFulfillment', { fulfillmentId });
    await withdraw('ord_packed', { packed: 1 });
    expect(await fulfillmentOf('ord_packed')).toMatchObject({ stage: 'PICKED', parcels: [] });
    const { fulfillment } = await take('packFulfillment', { fulfillmentId });
    expect(fulfillment?.parcels).toEqual([{ weightGrams: null, lines: [{ sku: { id: 'sku_packed' }, quantity: 2 }] }]);
    const sent = { fulfillmentId, carrierCode: 'SF', trackingNumber: 'PACKED-1' };
    expect((await take('shipFulfillment', sent)).userErrors).toEqual([]);
    expect(await world.level('SH-C1', 'packed')).toEqual([1, 0, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('are taken from where the least work was done', async () => {
    await world.receive('SH-C1', { spread: 1 });
    await world.receive('GZ-R1', { spread: 1 });
    await world.reserve('ord_spread', { spread: 2 });
    await world.tell('order.paid', world.paid('ord_spread', { spread: 2 }));
    const [first, second] = await world.stores.fulfillments.byOrders(['ord_spread']);
    await take('pickFulfillment', { fulfillmentId: first?.id });
    await withdraw('ord_spread', { spread: 1 });
    expect((await world.stores.fulfillments.byId(first?.id ?? ''))?.stage).toBe('PICKED');
    expect((await world.stores.fulfillments.byId(second?.id ?? ''))?.stage).toBe('CANCELLED');
  });

  test('are not sent either when they are withdrawn before the payment was heard of', async () => {
    await world.receive('SH-C1', { early: 3 });
    await world.reserve('ord_early', { early: 3 });
    expect(await withdraw('ord_early', { early: 1 })).toMatchObject({ ok: true, value: { unitsToSend: 2 } });
    await world.tell('order.paid', world.paid('ord_early', { early: 3 }));
    expect((await fulfillmentOf('ord_early'))?.lines).toMatchObject([{ quantity: 2 }]);
    expect(await world.level('SH-C1', 'early')).toEqual([3, 2, 0, 0]);
  });

  test('are refused when fewer wait, when they have left, and when the order holds nothing: nothing changes', async () => {
    await world.allocated('ord_few', { few: 2 });
    expect(await withdraw('ord_few', { few: 3 })).toEqual(shipped);
    expect(await world.level('SH-C1', 'few')).toEqual([2, 2, 0, 0]);
    await world.shipped('ord_left', { left: 1 });
    expect(await withdraw('ord_left', { left: 1 })).toEqual(shipped);
    await world.doors.releaseStock({ orderId: 'ord_nothing' }, world.asOrder);
    expect(await withdraw('ord_nothing', { nothing: 1 })).toMatchObject({ refusals: [{ state: 'RELEASED' }] });
    expect(await withdraw('ord_unknown', { nothing: 1 })).toMatchObject({ refusals: [{ state: 'RELEASED' }] });
  });

  test('against a shipment in the same millisecond: exactly one of the two happens', async () => {
    let sent = 0;
    for (let round = 0; round < 8; round += 1) {
      const orderId = `ord_race_${round}`;
      const fulfillmentId = await world.allocated(orderId, { race: 2 });
      await take('pickFulfillment', { fulfillmentId });
      await take('packFulfillment', { fulfillmentId });
      const [left, taken] = await Promise.all([
        take('shipFulfillment', { fulfillmentId, carrierCode: 'SF', trackingNumber: `RACE-${round}` }),
        withdraw(orderId, { race: 1 }),
      ]);
      expect(left.fulfillment === null).toBe(taken.ok);
      if (!taken.ok) sent += 2;
    }
    const [onHand, reserved] = (await world.level('SH-C1', 'race')) ?? [];
    expect(onHand).toBe(16 - sent);
    expect(reserved).toBe((16 - sent) / 2);
    expect(await world.discrepancies()).toEqual([]);
  });
});
