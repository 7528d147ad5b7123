import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { shopIn } from '../testing/documents.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const shop = shopIn(world);
const someone = () => member(newId('member'));
const goods = () => ({ skuId: onSale(neighbours, { minor: 1000 }), quantity: 2 });

const shipped = (orderId: string, remaining: number) =>
  world.tell('fulfillment.shipped', {
    orderId,
    fulfillmentId: newId('fulfillment'),
    shipmentId: 'shp_1',
    remaining,
    shippedAt: clock.now().toISOString(),
  });
const delivered = (orderId: string, remaining: number) =>
  world.tell('shipment.delivered', {
    orderId,
    fulfillmentId: newId('fulfillment'),
    shipmentId: 'shp_1',
    remaining,
    deliveredAt: clock.now().toISOString(),
  });
const namesOf = async (orderId: string) => (await world.eventsOf(orderId)).map(({ name }) => name);

describe('cancelling', () => {
  test('an unpaid order gives everything back by one event', async () => {
    const viewer = someone();
    const { order } = await shop.place(viewer, { lines: [goods()] });
    const input = { reason: '不想要了', idempotencyKey: 'c' };
    const cancelled = await shop.cancel(viewer, order.id, input);
    expect(cancelled.order).toMatchObject({ status: 'CANCELLED', refundStatus: 'NONE', expiresAt: null });
    expect(cancelled.order.timeline.at(-1)).toMatchObject({ status: 'CANCELLED', actor: 'member', note: '不想要了' });
    expect(await world.eventsOf(order.id)).toMatchObject([
      { name: 'order.placed' },
      { name: 'order.cancelled', version: 2, payload: { status: 'CANCELLED', wasPaid: false, reason: 'REQUESTED' } },
    ]);
    expect(await shop.cancel(viewer, order.id, input)).toEqual(cancelled);
    expect((await shop.cancel(viewer, order.id)).userErrors).toMatchObject([
      { __typename: 'InvalidStateError', code: 'INVALID_STATE', state: 'CANCELLED' },
    ]);
  });

  test('a paid order stops the warehouses and refunds all of it', async () => {
    neighbours.freightMinor = 500;
    const viewer = someone();
    const order = await shop.paidOrder(viewer, goods());
    neighbours.freightMinor = 0;
    const { order: after } = await shop.cancel(viewer, order.id);
    expect(neighbours.stopped.has(order.id)).toBe(true);
    expect(after).toMatchObject({
      status: 'CANCELLED',
      refundStatus: 'FULL',
      refunded: { amount: '25.00' },
      refunds: [{ amount: { amount: '25.00' }, status: 'SUCCEEDED', cause: 'ORDER_CANCELLED' }],
      payments: [{ refunded: { amount: '25.00' } }],
    });
    expect(await world.eventsOf(order.id)).toMatchObject([
      {},
      {},
      { name: 'order.cancelled', version: 3, payload: { wasPaid: true } },
      {
        name: 'order.refunded',
        version: 4,
        payload: { amountMinor: 2500, goodsMinor: 2000, full: true, pointsReturned: 0 },
      },
    ]);
  });

  test('a paid order that has left a warehouse: INVALID_STATE, nothing changed', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, goods());
    neighbours.shipped.add(order.id);
    expect((await shop.cancel(viewer, order.id)).userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'PAID' }]);
    await shipped(order.id, 0);
    expect((await shop.cancel(viewer, order.id)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'SHIPPED' },
    ]);
    expect(await shop.order(viewer, order.id)).toMatchObject({ status: 'SHIPPED', refunds: [] });
  });

  test('five times at once refunds once', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, goods());
    await Promise.allSettled(Array.from({ length: 5 }, () => shop.cancel(viewer, order.id)));
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'CANCELLED',
      refunded: { amount: '20.00' },
      refunds: [{}],
    });
    expect((await namesOf(order.id)).filter((name) => name === 'order.refunded')).toHaveLength(1);
  });

  test('is finished by the job when the answer of the warehouses was lost', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, goods());
    neighbours.faults.after.set('logistics.stopFulfillments', unreachable('logistics'));
    const query = 'mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { order { id } } }';
    expect(await world.errorsOf(viewer, query, { input: { orderId: order.id, idempotencyKey: 'l' } })).toEqual([
      'BUSY',
    ]);
    neighbours.faults.after.clear();
    clock.advance(16_000);
    await world.subgraph.runJob('finish-cancellations');
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'CANCELLED',
      refundStatus: 'FULL',
      refunds: [{ status: 'SUCCEEDED' }],
    });
    // The lost call, repeated, is told that it was granted.
    expect((await shop.cancel(viewer, order.id, { idempotencyKey: 'l' })).order).toMatchObject({ status: 'CANCELLED' });
  });

  test('somebody else’s: NOT_FOUND; staff with the scope may', async () => {
    const order = await shop.paidOrder(someone(), goods());
    expect((await shop.cancel(someone(), order.id)).userErrors).toMatchObject([
      { __typename: 'NotFoundError', path: ['orderId'] },
    ]);
    expect((await shop.cancel(staff('order:read'), order.id)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { order: after } = await shop.cancel(staff('order:read', 'order:write'), order.id);
    expect(after.timeline.at(-1)).toMatchObject({ status: 'CANCELLED', actor: 'staff' });
  });
});

describe('time', () => {
  test('closes an order that isn’t paid within 30 minutes, and no earlier', async () => {
    const viewer = someone();
    const { order } = await shop.place(viewer, { lines: [goods()] });
    clock.advance(30 * 60_000 - 1);
    await world.subgraph.runJob('close-unpaid-orders');
    expect((await shop.order(viewer, order.id)).status).toBe('PENDING_PAYMENT');
    clock.advance(1);
    await world.subgraph.runJob('close-unpaid-orders');
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'CLOSED',
      timeline: [{}, { status: 'CLOSED', actor: 'system' }],
    });
    expect((await world.eventsOf(order.id)).at(-1)).toMatchObject({
      name: 'order.cancelled',
      payload: { status: 'CLOSED', wasPaid: false },
    });
    expect((await shop.pay(viewer, order.id)).userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'CLOSED' }]);
  });

  test('never closes a paid one', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, goods());
    clock.advance(60 * 60_000);
    await world.subgraph.runJob('close-unpaid-orders');
    expect((await shop.order(viewer, order.id)).status).toBe('PAID');
  });

  test('confirms the receipt 15 days after shipping', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, goods());
    await shipped(order.id, 0);
    clock.advance(15 * 86_400_000 - 1);
    await world.subgraph.runJob('complete-shipped-orders');
    expect((await shop.order(viewer, order.id)).status).toBe('SHIPPED');
    clock.advance(1);
    await world.subgraph.runJob('complete-shipped-orders');
    expect(await shop.order(viewer, order.id)).toMatchObject({ status: 'COMPLETED' });
    expect((await world.eventsOf(order.id)).at(-1)).toMatchObject({
      name: 'order.completed',
      payload: { goodsMinor: 2000 },
    });
  });
});

describe('parcels', () => {
  const statuses = async (viewer: Viewer, id: string): Promise<string[]> =>
    (await shop.order(viewer, id)).timeline.map((entry: Answer) => entry.status);

  test('move the order as they go, and the shopper completes it', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, goods());
    await world.tell('fulfillment.allocated', { orderId: order.id, fulfillmentIds: ['ful_1', 'ful_2'] });
    await shipped(order.id, 1);
    expect((await shop.receive(viewer, order.id)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
    await shipped(order.id, 0);
    await delivered(order.id, 1);
    await delivered(order.id, 0);
    const { order: done } = await shop.receive(viewer, order.id);
    expect(done.status).toBe('COMPLETED');
    expect(await statuses(viewer, order.id)).toEqual([
      'PENDING_PAYMENT',
      'PAID',
      'PAID',
      'PARTIALLY_SHIPPED',
      'SHIPPED',
      'SHIPPED',
      'DELIVERED',
      'COMPLETED',
    ]);
    expect((await shop.receive(viewer, order.id)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
    expect((await shop.receive(someone(), order.id)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  test('heard of in the wrong order end in the same state', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, goods());
    await delivered(order.id, 0);
    await shipped(order.id, 0);
    await shipped(order.id, 1);
    expect((await shop.order(viewer, order.id)).status).toBe('DELIVERED');
  });

  test('heard of three times move it once', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, goods());
    for (let times = 0; times < 3; times += 1) await shipped(order.id, 0);
    expect(await statuses(viewer, order.id)).toEqual(['PENDING_PAYMENT', 'PAID', 'SHIPPED']);
  });
});
