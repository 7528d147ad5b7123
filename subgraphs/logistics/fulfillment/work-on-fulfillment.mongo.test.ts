import { describe, expect, test } from '@jest/globals';
import type { Once } from '#kit/idempotency/once.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { viewers } from '../fixtures/viewers.ts';
import { refusal, stepsIn } from '../fixtures/take-step.ts';

const world = logisticsWorld(testDatabase());
const take = stepsIn(world);

describe('working on a fulfillment', () => {
  test('out of order is refused with the state it is in', async () => {
    const fulfillmentId = await world.allocated('ord_order', { book: 2 });
    const wrong = (state: string) =>
      refusal('INVALID_STATE', ['fulfillmentId'], { __typename: 'InvalidStateError', state });
    const ship = (trackingNumber: string) =>
      take('shipFulfillment', { fulfillmentId, carrierCode: 'SF', trackingNumber });
    expect(await take('packFulfillment', { fulfillmentId })).toEqual(wrong('ALLOCATED'));
    expect(await ship('ORDER-1')).toEqual(wrong('ALLOCATED'));
    await take('startPicking', { fulfillmentId });
    expect(await take('startPicking', { fulfillmentId })).toEqual(wrong('PICKING'));
    expect(await take('packFulfillment', { fulfillmentId })).toEqual(wrong('PICKING'));
    expect((await take('pickFulfillment', { fulfillmentId })).fulfillment?.status).toBe('PICKING');
    expect(await take('pickFulfillment', { fulfillmentId })).toEqual(wrong('PICKING'));
    expect(await ship('ORDER-1')).toEqual(wrong('PICKING'));
    expect((await take('packFulfillment', { fulfillmentId })).fulfillment).toMatchObject({
      status: 'PACKED',
      parcels: [{ weightGrams: null, lines: [{ sku: { id: 'sku_book' }, quantity: 2 }] }],
    });
    expect((await ship('ORDER-1')).fulfillment?.status).toBe('SHIPPED');
    expect(await ship('ORDER-2')).toEqual(wrong('SHIPPED'));
  });

  test('by twenty people at once picks it once', async () => {
    const fulfillmentId = await world.allocated('ord_crowd', { crowd: 1 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => take('pickFulfillment', { fulfillmentId })));
    expect(answers.filter((answer) => answer.fulfillment !== null)).toHaveLength(1);
    expect((await world.stores.fulfillments.byId(fulfillmentId))?.steps).toHaveLength(1);
  });

  test('into parcels that don’t hold what was picked is refused', async () => {
    const fulfillmentId = await world.allocated('ord_parcel', { vase: 2 });
    await take('pickFulfillment', { fulfillmentId });
    const pack = (quantity: number, skuCode = 'CODE-vase') =>
      take('packFulfillment', { fulfillmentId, parcels: [{ weightGrams: 900, lines: [{ skuCode, quantity }] }] });
    expect(await pack(1)).toEqual(refusal('INVALID_INPUT', ['parcels']));
    expect(await pack(0)).toEqual(refusal('INVALID_INPUT', ['parcels', '0', 'lines', '0', 'quantity']));
    expect(await pack(2, 'CODE-unknown')).toEqual(refusal('NOT_FOUND', ['parcels', '0', 'lines', '0', 'skuCode']));
    expect((await pack(2)).fulfillment?.parcels).toMatchObject([{ weightGrams: 900, lines: [{ quantity: 2 }] }]);
  });

  test('that doesn’t exist, or with a carrier or number that can’t be, is refused', async () => {
    const fulfillmentId = await world.allocated('ord_what', { what: 1 });
    await take('pickFulfillment', { fulfillmentId });
    await take('packFulfillment', { fulfillmentId });
    const ship = (more: object) =>
      take('shipFulfillment', { fulfillmentId, carrierCode: 'SF', trackingNumber: 'WHAT-1', ...more });
    expect(await take('pickFulfillment', { fulfillmentId: 'ful_nobody' })).toEqual(
      refusal('NOT_FOUND', ['fulfillmentId']),
    );
    expect(await ship({ carrierCode: 'DHL' })).toEqual(refusal('NOT_FOUND', ['carrierCode']));
    expect(await ship({ trackingNumber: 'x y z w' })).toEqual(refusal('INVALID_INPUT', ['trackingNumber']));
    await world.shipped('ord_before', { what: 1 });
    expect(await ship({ trackingNumber: 'ord-before' })).toEqual(
      refusal('TRACKING_NUMBER_TAKEN', ['trackingNumber'], { trackingNumber: 'ord-before' }),
    );
    expect(await world.level('SH-C1', 'what')).toEqual([1, 1, 0, 0]);
  });

  test('is for warehouse staff only', async () => {
    for (const viewer of [viewers.guest, viewers.member, viewers.carrier]) {
      const code = viewer.kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      await expect(take('pickFulfillment', { fulfillmentId: 'ful_1' }, viewer)).rejects.toThrow(code);
    }
  });
});

describe('shipping', () => {
  test('the last parcels of an order at once counts down to none remaining', async () => {
    for (let round = 0; round < 5; round += 1) {
      const orderId = `ord_pair_${round}`;
      await world.receive('SH-C1', { [`east${round}`]: 1 });
      await world.receive('GZ-R1', { [`west${round}`]: 1 });
      await world.reserve(orderId, { [`east${round}`]: 1, [`west${round}`]: 1 });
      await world.tell('order.paid', world.paid(orderId, { [`east${round}`]: 1, [`west${round}`]: 1 }));
      const parts = await world.stores.fulfillments.byOrders([orderId]);
      await Promise.all(parts.map((part, index) => world.ship(part.id, `PAIR-${round}-${index}`)));
      const shipped = (await world.told(orderId)).filter(([name]) => name === 'fulfillment.shipped');
      expect(shipped.map(([, payload]) => (payload as { remaining: number }).remaining)).toEqual([1, 0]);
    }
  });

  test('the same key again ships once and answers the same; another input is a conflict', async () => {
    const fulfillmentId = await world.allocated('ord_key', { key: 4 });
    await take('pickFulfillment', { fulfillmentId });
    await take('packFulfillment', { fulfillmentId });
    const input = { fulfillmentId, carrierCode: 'SF', trackingNumber: 'KEY-1', idempotencyKey: 'ship-key' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => take('shipFulfillment', input)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.fulfillment?.status).toBe('SHIPPED');
    expect(await world.level('SH-C1', 'key')).toEqual([0, 0, 0, 0]);
    expect(await take('shipFulfillment', { ...input, trackingNumber: 'KEY-2' })).toEqual(
      refusal('IDEMPOTENCY_CONFLICT', ['idempotencyKey']),
    );
  });

  test('that breaks off before its end leaves nothing, and works when it is tried again', async () => {
    const fulfillmentId = await world.allocated('ord_crash', { crash: 2 });
    const command = { caller: 'stf_1', fulfillmentId };
    await world.elsewhere.work.pick({ ...command, idempotencyKey: 'crash-pick' });
    await world.elsewhere.work.pack(
      { ...command, idempotencyKey: 'crash-pack', parcels: null },
      world.callAs(viewers.staff),
    );
    const ship = { ...command, idempotencyKey: 'crash-ship', carrierCode: 'SF', trackingNumber: 'CRASH-1' };
    const outbox = {
      ...world.outbox,
      append: async () => {
        throw new Error('the process died');
      },
    };
    await expect(world.elsewhereWith({ outbox }).shipFulfillment(ship)).rejects.toThrow('the process died');
    expect(await world.level('SH-C1', 'crash')).toEqual([2, 2, 0, 0]);
    expect((await world.stores.fulfillments.byId(fulfillmentId))?.stage).toBe('PACKED');
    expect(await world.discrepancies()).toEqual([]);
    expect(await world.elsewhere.shipFulfillment(ship)).toEqual({ ok: true, value: fulfillmentId });
    expect(await world.level('SH-C1', 'crash')).toEqual([0, 0, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('and the steps before it, taken again after a crash that hid their success, have happened once', async () => {
    const fulfillmentId = await world.allocated('ord_again', { again: 2 });
    const once: Once = async (call, action) => {
      await action(call.operation);
      return action(call.operation);
    };
    const { work, shipFulfillment } = world.elsewhereWith({ once });
    const command = { caller: 'stf_1', idempotencyKey: 'again', fulfillmentId };
    const done = { ok: true, value: fulfillmentId };
    expect(await work.startPicking(command)).toEqual(done);
    expect(await work.pick(command)).toEqual(done);
    expect(await work.pack({ ...command, parcels: null }, world.callAs(viewers.staff))).toEqual(done);
    expect(await shipFulfillment({ ...command, carrierCode: 'SF', trackingNumber: 'AGAIN-1' })).toEqual(done);
    expect((await world.stores.fulfillments.byId(fulfillmentId))?.steps).toHaveLength(4);
    expect(await world.level('SH-C1', 'again')).toEqual([0, 0, 0, 0]);
  });
});
