import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { shopIn } from '../testing/documents.ts';
import { latePaymentsIn } from '../testing/late-payments.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { member, onSale, orderWorld, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, db, clock } = world;
const shop = shopIn(world);
const { units, closedOrder, moneyCame } = latePaymentsIn(world);

beforeEach(() => {
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
});

const finish = () => world.subgraph.runJob('finish-late-payments');
const refundsOf = (order: Answer) => order.refunds.map(({ cause, amount }: Answer) => [cause, amount.amount]);

describe('money for an order that was closed', () => {
  test('buys it all the same when everything can be held again, and says so', async () => {
    const { viewer, orderId, skuId, paymentIds } = await closedOrder();
    expect(neighbours.stock.get(skuId)).toBe(units);
    expect(await moneyCame(paymentIds[0] ?? '', orderId)).toBe(200);
    const order = await shop.order(viewer, orderId);
    expect(order).toMatchObject({ status: 'PAID', refundStatus: 'NONE', refunds: [] });
    expect(order.timeline.map(({ status, note }: Answer) => [status, note])).toEqual([
      ['PENDING_PAYMENT', null],
      ['CLOSED', null],
      ['PAID', 'LATE_PAYMENT'],
    ]);
    expect((await world.eventsOf(orderId)).map(({ name, version }) => [name, version])).toEqual([
      ['order.placed', 1],
      ['order.cancelled', 2],
      ['order.paid', 3],
    ]);
    expect(neighbours.stock.get(skuId)).toBe(0);
    expect(neighbours.reservations.get(orderId)).toMatchObject({ attempt: 2, state: 'RESERVED' });
    expect(neighbours.locks.get(orderId)).toMatchObject({ attempt: 2, state: 'LOCKED' });
    expect(neighbours.points.get(viewer.id ?? '')).toBe(0);
  });

  test('goes back, once, when the goods are gone, and nothing stays held', async () => {
    const { viewer, orderId, skuId, paymentIds } = await closedOrder();
    neighbours.stock.set(skuId, units - 1);
    for (let time = 0; time < 3; time += 1) expect(await moneyCame(paymentIds[0] ?? '', orderId)).toBe(200);
    await finish();
    const order = await shop.order(viewer, orderId);
    expect(order.status).toBe('CLOSED');
    expect(refundsOf(order)).toEqual([['LATE_PAYMENT', '25.00']]);
    expect(order.timeline.at(-1)).toMatchObject({ status: 'CLOSED', note: 'LATE_PAYMENT_REFUNDED' });
    expect(neighbours.stock.get(skuId)).toBe(units - 1);
    expect(neighbours.locks.get(orderId)).toMatchObject({ attempt: 2, state: 'RELEASED' });
    expect(neighbours.points.get(viewer.id ?? '')).toBe(200);
  });

  test('goes back when the points were spent elsewhere, and the goods with it', async () => {
    const { viewer, orderId, skuId, paymentIds } = await closedOrder();
    neighbours.points.set(viewer.id ?? '', 199);
    await moneyCame(paymentIds[0] ?? '', orderId);
    expect(refundsOf(await shop.order(viewer, orderId))).toEqual([['LATE_PAYMENT', '25.00']]);
    expect(neighbours.stock.get(skuId)).toBe(units);
  });

  test('that comes twice at once, each a few times over, is kept once', async () => {
    const { viewer, orderId, skuId, paymentIds } = await closedOrder({ payments: 2 });
    await Promise.all([...paymentIds, ...paymentIds, ...paymentIds].map((id) => moneyCame(id, orderId)));
    const order = await shop.order(viewer, orderId);
    expect(order.status).toBe('PAID');
    expect(refundsOf(order)).toEqual([['LATE_PAYMENT', '25.00']]);
    expect(neighbours.stock.get(skuId)).toBe(0);
  });

  test('waits for a neighbour that can’t be asked, and is finished by the job', async () => {
    const { viewer, orderId, paymentIds } = await closedOrder();
    neighbours.faults.before.set('logistics.reserveStock', unreachable('logistics'));
    expect(await moneyCame(paymentIds[0] ?? '', orderId)).toBe(200);
    expect((await shop.order(viewer, orderId)).status).toBe('CLOSED');
    neighbours.faults.before.clear();
    await finish();
    expect((await shop.order(viewer, orderId)).status).toBe('CLOSED');
    clock.advance(15_000);
    await Promise.all([finish(), finish()]);
    expect(await shop.order(viewer, orderId)).toMatchObject({ status: 'PAID', refunds: [] });
  });

  test('goes back after five minutes of a silent neighbour, and what was held as soon as it answers', async () => {
    const { viewer, orderId, skuId, paymentIds } = await closedOrder();
    neighbours.faults.before.set('promotion.lockBenefits', unreachable('promotion'));
    neighbours.faults.before.set('logistics.releaseStock', unreachable('logistics'));
    await moneyCame(paymentIds[0] ?? '', orderId);
    clock.advance(5 * 60_000);
    await finish();
    const order = await shop.order(viewer, orderId);
    expect(order.status).toBe('CLOSED');
    expect(refundsOf(order)).toEqual([['LATE_PAYMENT', '25.00']]);
    expect(neighbours.stock.get(skuId)).toBe(0);
    neighbours.faults.before.clear();
    clock.advance(15_000);
    await finish();
    expect(neighbours.stock.get(skuId)).toBe(units);
    expect(refundsOf(await shop.order(viewer, orderId))).toHaveLength(1);
  });

  test('that went back once can come again later', async () => {
    const { viewer, orderId, skuId, paymentIds } = await closedOrder({ payments: 2 });
    neighbours.stock.set(skuId, 0);
    await moneyCame(paymentIds[0] ?? '', orderId);
    neighbours.stock.set(skuId, units);
    await moneyCame(paymentIds[1] ?? '', orderId);
    const order = await shop.order(viewer, orderId);
    expect(order.status).toBe('PAID');
    expect(refundsOf(order)).toEqual([['LATE_PAYMENT', '25.00']]);
    expect(neighbours.reservations.get(orderId)).toMatchObject({ attempt: 3 });
  });
});

describe('the books', () => {
  test('tell late money that ended neither in goods nor in a refund', async () => {
    const { orderId } = await closedOrder();
    const call = { viewer: systemViewer('verify'), requestId: newId('request') };
    const late = async () => {
      const { discrepancies } = (await world.subgraph.call('/internal/verify', {}, call)) as Answer;
      return discrepancies.filter(({ invariant }: Answer) => invariant.includes('late money'));
    };
    const latePayment = { paymentId: 'pay_1', receivedAt: clock.now(), leaseUntil: clock.now(), decision: null };
    const orders = db.connection.collection<{ _id: string }>('orders');
    await orders.updateOne({ _id: orderId }, { $set: { latePayment } });
    clock.advance(10 * 60_000);
    expect(await late()).toEqual([]);
    clock.advance(1);
    expect(await late()).toMatchObject([{ subject: orderId, expected: 'settled', found: 'undecided' }]);
  });
});

describe('a paid order that can’t be had after all', () => {
  test.each([
    ['its goods went to somebody else', 'fulfillment.impossible', { skuIds: ['sku_1'] }, 'OUT_OF_STOCK'],
    ['its benefits went elsewhere', 'benefits.lost', { codes: ['BUDGET_EXHAUSTED'] }, 'BENEFITS_LOST'],
  ] as const)('because %s is cancelled, and its money goes back', async (_why, name, facts, reason) => {
    const viewer = member(newId('member'));
    const { id: orderId } = await shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor: 900 }), quantity: 1 });
    await world.tell(name, { orderId, ...facts } as never);
    clock.advance(15_000);
    await world.subgraph.runJob('finish-cancellations');
    const order = await shop.order(viewer, orderId);
    expect(order.status).toBe('CANCELLED');
    expect(refundsOf(order)).toEqual([['ORDER_CANCELLED', '9.00']]);
    expect(order.timeline.at(-1)).toMatchObject({ actor: 'system', note: reason });
  });
});
