import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { refusal, stepsIn } from '../fixtures/take-step.ts';

const world = logisticsWorld(testDatabase());
const take = stepsIn(world);

describe('a paid order', () => {
  test('is cut into one fulfillment per warehouse, with its bins, and the order is told once', async () => {
    await world.receive('SH-C1', { left: 1 });
    await world.receive('GZ-R1', { right: 1 });
    await world.reserve('ord_two', { left: 1, right: 1 });
    const paid = world.paid('ord_two', { left: 1, right: 1 });
    const id = newId('event');
    await Promise.all([1, 2, 3].map(() => world.tell('order.paid', paid, id)));
    const fulfillments = await world.stores.fulfillments.byOrders(['ord_two']);
    expect(fulfillments.map((one) => one.lines.map(({ skuId, quantity }) => [skuId, quantity]))).toEqual(
      expect.arrayContaining([[['sku_left', 1]], [['sku_right', 1]]]),
    );
    expect(fulfillments).toHaveLength(2);
    for (const { lines } of fulfillments) expect(lines[0]?.bin).toMatch(/^[A-H]-\d\d-\d\d$/);
    expect((await world.told('ord_two')).map(([name]) => name)).toEqual(['fulfillment.allocated']);
  });

  test('whose reservation had just run out gets its goods all the same while there are any', async () => {
    await world.receive('SH-C1', { lucky: 1 });
    await world.reserve('ord_lucky', { lucky: 1 });
    world.clock.advance(31 * 60_000);
    await world.sweep();
    expect(await world.level('SH-C1', 'lucky')).toEqual([1, 0, 0, 0]);
    await world.tell('order.paid', world.paid('ord_lucky', { lucky: 1 }));
    expect(await world.level('SH-C1', 'lucky')).toEqual([1, 1, 0, 0]);
    expect(await world.stores.fulfillments.byOrders(['ord_lucky'])).toHaveLength(1);
  });

  test('whose goods went to somebody else meanwhile is told that it can’t be sent, once', async () => {
    await world.receive('SH-C1', { gone: 1 });
    await world.reserve('ord_gone', { gone: 1 });
    world.clock.advance(31 * 60_000);
    await world.sweep();
    await world.reserve('ord_faster', { gone: 1 });
    const id = newId('event');
    for (let time = 0; time < 2; time += 1) {
      await world.tell('order.paid', world.paid('ord_gone', { gone: 1 }), id);
    }
    expect(await world.stores.fulfillments.byOrders(['ord_gone'])).toEqual([]);
    expect(await world.told('ord_gone')).toEqual([
      ['fulfillment.impossible', { orderId: 'ord_gone', skuIds: ['sku_gone'] }],
    ]);
    expect(await world.doors.stopFulfillments({ orderId: 'ord_gone' }, world.asOrder)).toEqual({ stopped: true });
    expect(await world.level('SH-C1', 'gone')).toEqual([1, 1, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('that was held again after it had been closed keeps its goods when the closing comes late', async () => {
    await world.receive('SH-C1', { again: 2 });
    await world.reserve('ord_again', { again: 2 });
    await world.reserve('ord_again', { again: 2 }, { attempt: 2 });
    expect(await world.level('SH-C1', 'again')).toEqual([2, 2, 0, 0]);
    await world.tell('order.cancelled', world.cancelled('ord_again'));
    await world.tell('order.paid', world.paid('ord_again', { again: 2 }));
    expect(await world.stores.fulfillments.byOrders(['ord_again'])).toHaveLength(1);
    expect(await world.level('SH-C1', 'again')).toEqual([2, 2, 0, 0]);
  });

  test('that gave its reservation up gets nothing', async () => {
    await world.receive('SH-C1', { undone: 1 });
    await world.reserve('ord_undone', { undone: 1 });
    await world.doors.releaseStock({ orderId: 'ord_undone' }, world.asOrder);
    await world.tell('order.paid', world.paid('ord_undone', { undone: 1 }));
    expect(await world.stores.fulfillments.byOrders(['ord_undone'])).toEqual([]);
    expect(await world.level('SH-C1', 'undone')).toEqual([1, 0, 0, 0]);
  });
});

describe('an order on hold', () => {
  test('is picked and packed but does not leave, whether it was held before or after it was paid, until it may go on', async () => {
    const fulfillmentId = await world.allocated('ord_held', { held: 1 });
    const told = (orderId: string, onHold: boolean) => world.tell('order.held', { orderId, onHold });
    await told('ord_held', true);
    await take('pickFulfillment', { fulfillmentId });
    await take('packFulfillment', { fulfillmentId });
    const ship = () => take('shipFulfillment', { fulfillmentId, carrierCode: 'SF', trackingNumber: 'HELD-1' });
    expect(await ship()).toEqual(refusal('INVALID_STATE', ['fulfillmentId'], { state: 'ON_HOLD' }));
    expect(await world.level('SH-C1', 'held')).toEqual([1, 1, 0, 0]);
    await told('ord_held', false);
    expect(await ship()).toMatchObject({ userErrors: [] });

    await world.receive('SH-C1', { early: 1 });
    await world.reserve('ord_early', { early: 1 });
    await told('ord_early', true);
    await world.tell('order.paid', world.paid('ord_early', { early: 1 }));
    const [early] = await world.stores.fulfillments.byOrders(['ord_early']);
    await expect(world.ship(early?.id ?? '', 'EARLY-1')).rejects.toThrow('ON_HOLD');
  });
});

describe('a cancelled order', () => {
  test('gives its stock back and stops its fulfillments, by the event or the door, however often', async () => {
    const fulfillmentId = await world.allocated('ord_stop', { stop: 3 });
    const stop = () => world.doors.stopFulfillments({ orderId: 'ord_stop' }, world.asOrder);
    await Promise.all([stop(), stop(), world.tell('order.cancelled', world.cancelled('ord_stop'))]);
    expect(await stop()).toEqual({ stopped: true });
    expect((await world.stores.fulfillments.byId(fulfillmentId))?.stage).toBe('CANCELLED');
    expect(await world.level('SH-C1', 'stop')).toEqual([3, 0, 0, 0]);
    expect(await take('pickFulfillment', { fulfillmentId })).toEqual(
      refusal('INVALID_STATE', ['fulfillmentId'], { state: 'CANCELLED' }),
    );
  });

  test('that has left a warehouse is not stopped, and nothing of it changes', async () => {
    await world.receive('SH-C1', { north: 1 });
    await world.receive('GZ-R1', { south: 1 });
    await world.reserve('ord_half', { north: 1, south: 1 });
    await world.tell('order.paid', world.paid('ord_half', { north: 1, south: 1 }));
    const [first, second] = await world.stores.fulfillments.byOrders(['ord_half']);
    await world.ship(first?.id ?? '', 'HALF-1');
    expect(await world.doors.stopFulfillments({ orderId: 'ord_half' }, world.asOrder)).toEqual({ stopped: false });
    expect((await world.stores.fulfillments.byId(second?.id ?? ''))?.stage).toBe('ALLOCATED');
  });

  test('that was cancelled before it was paid never gets fulfillments', async () => {
    await world.receive('SH-C1', { never: 1 });
    await world.reserve('ord_never', { never: 1 });
    await world.tell('order.cancelled', world.cancelled('ord_never'));
    await world.tell('order.paid', world.paid('ord_never', { never: 1 }));
    expect(await world.stores.fulfillments.byOrders(['ord_never'])).toEqual([]);
    expect(await world.level('SH-C1', 'never')).toEqual([1, 0, 0, 0]);
  });

  test('against a shipment in the same moment ends shipped or stopped, never both', async () => {
    for (let round = 0; round < 8; round += 1) {
      const orderId = `ord_race_${round}`;
      const fulfillmentId = await world.allocated(orderId, { race: 1 });
      await take('pickFulfillment', { fulfillmentId });
      await take('packFulfillment', { fulfillmentId });
      const [shipped, stopped] = await Promise.all([
        take('shipFulfillment', { fulfillmentId, carrierCode: 'SF', trackingNumber: `RACE-${round}` }),
        world.doors.stopFulfillments({ orderId }, world.asOrder),
      ]);
      expect(shipped.fulfillment === null).toBe(stopped.stopped);
    }
    expect(await world.discrepancies()).toEqual([]);
  });
});
