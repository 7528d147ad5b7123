import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { shopIn } from './testing/documents.ts';
import { member, orderWorld, staff, type Answer } from './testing/order-world.ts';
import { day, doorsOf, pastOrder } from './testing/past-orders.ts';

const world = orderWorld();
const shop = shopIn(world);
const mia = member(newId('member'));
const clerk = staff('order:read', 'order:write');
const doors = doorsOf(world);
const system = { viewer: systemViewer('test'), requestId: 'req_1' };

describe('loading the past', () => {
  // Timers leave these orders alone as long as it is still then.
  beforeAll(() => world.clock.set(day(1)));
  afterAll(() => world.clock.set('2026-11-22T08:00:00Z'));

  test('writes 2,000 orders of every state, adding up, and tells nobody', async () => {
    const states: [string, object][] = [
      ['PENDING_PAYMENT', {}],
      ['PAID', { paidAt: day(1, 1) }],
      ['PARTIALLY_SHIPPED', { paidAt: day(1, 1) }],
      ['SHIPPED', { paidAt: day(1, 1), shippedAt: day(2) }],
      ['DELIVERED', { paidAt: day(1, 1), shippedAt: day(2), deliveredAt: day(3) }],
      ['COMPLETED', { paidAt: day(1, 1), shippedAt: day(2), deliveredAt: day(3), completedAt: day(4) }],
      ['CANCELLED', { paidAt: day(1, 1), endedAt: day(2) }],
      ['CLOSED', { endedAt: day(1, 1) }],
    ];
    const memberId = newId('member');
    const orders = Array.from({ length: 2000 }, (_, index) => {
      const [status, more] = states[index % states.length] ?? ['PAID', {}];
      return pastOrder(mia.id, 1, status, { ...more, memberId });
    });
    const loaded = await doors.loadOrders({ orders }, system);
    expect(new Set(loaded.orders.map(({ number }) => number)).size).toBe(2000);
    const viewer = member(memberId);
    const shown = await Promise.all(loaded.orders.slice(0, 8).map(({ orderId }) => shop.order(viewer, orderId)));
    expect(shown.map(({ status, refundStatus, payments }) => [status, refundStatus, payments.length])).toEqual([
      ['PENDING_PAYMENT', 'NONE', 0],
      ['PAID', 'NONE', 1],
      ['PARTIALLY_SHIPPED', 'NONE', 1],
      ['SHIPPED', 'NONE', 1],
      ['DELIVERED', 'NONE', 1],
      ['COMPLETED', 'NONE', 1],
      ['CANCELLED', 'FULL', 1],
      ['CLOSED', 'NONE', 0],
    ]);
    expect(shown[5]).toMatchObject({
      total: { amount: '24.00' },
      subtotal: { amount: '20.00' },
      discount: { amount: '1.00' },
      freight: { amount: '5.00' },
    });
    expect(shown[5].timeline.map(({ at, status }: Answer) => [at, status])).toEqual([
      [day(1), 'PENDING_PAYMENT'],
      [day(1, 1), 'PAID'],
      [day(2), 'SHIPPED'],
      [day(3), 'DELIVERED'],
      [day(4), 'COMPLETED'],
    ]);
    expect(await world.eventsOf(loaded.orders[1]?.orderId ?? '')).toEqual([]);
  });

  test('may be repeated: what is known by its key is answered and left alone', async () => {
    const viewer = member(newId('member'));
    const [one, two] = [
      pastOrder(mia.id, 1, 'PAID', { memberId: viewer.id, paidAt: day(1) }),
      pastOrder(mia.id, 2, 'CLOSED', { memberId: viewer.id }),
    ];
    const first = await doors.loadOrders({ orders: [one] }, system);
    const loads = await Promise.all([1, 2, 3].map(() => doors.loadOrders({ orders: [two, one] }, system)));
    expect(new Set(loads.map((load) => JSON.stringify(load))).size).toBe(1);
    expect(loads[0]?.orders[1]).toEqual(first.orders[0]);
    expect(await shop.order(viewer, first.orders[0]?.orderId ?? '')).toMatchObject({
      status: 'PAID',
      payments: [{ status: 'SUCCEEDED' }],
    });
  });

  test('is all or nothing', async () => {
    const viewer = member(newId('member'));
    const orders = [
      pastOrder(mia.id, 1, 'PAID', { memberId: viewer.id }),
      pastOrder(mia.id, 1, 'PAID', { memberId: viewer.id, currency: 'XXQ' }),
    ];
    await expect(doors.loadOrders({ orders }, system)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await world.db.connection.collection('orders').countDocuments({ memberId: viewer.id })).toBe(0);
  });

  test('is for our own services only', async () => {
    await expect(doors.loadOrders({ orders: [] }, { viewer: clerk, requestId: 'req_1' })).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'FORBIDDEN',
    });
  });
});
