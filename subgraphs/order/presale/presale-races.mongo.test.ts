import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { shopIn } from '../testing/documents.ts';
import { member, orderWorld, type Answer } from '../testing/order-world.ts';
import { inDays, presaleShopIn } from '../testing/presale-shop.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const shop = shopIn(world);
const { presale, place, seen, closeUnpaid, due, openPayment, moneyCame, findings } = presaleShopIn(world);

beforeEach(() => {
  clock.set('2026-11-22T08:00:00Z');
});

describe('in the same moment', () => {
  test('a deposit and the end of its time: it is paid, or the money goes back, ten times over', async () => {
    const orders: { viewer: Viewer; orderId: string; paymentId: string }[] = [];
    const { presaleId } = presale();
    for (let index = 0; index < 10; index += 1) {
      const viewer = member(newId('member'));
      const orderId: string = (await place(viewer, presaleId)).order.id;
      orders.push({ viewer, orderId, paymentId: await openPayment(orderId, 1_000, 'DEPOSIT') });
    }
    clock.advance(30 * 60_000);
    await Promise.all([
      closeUnpaid(),
      ...orders.map(({ orderId, paymentId }) => moneyCame(paymentId, orderId, 1_000)),
      closeUnpaid(),
    ]);
    for (const { viewer, orderId, paymentId } of orders) {
      const { status, presale: part, refunds } = await seen(viewer, orderId);
      const outcome = [status, part.phase, refunds.map(({ cause }: Answer) => cause)];
      expect([
        ['PENDING_PAYMENT', 'DEPOSIT_PAID', []],
        ['CLOSED', 'CLOSED', ['LATE_PAYMENT']],
      ]).toContainEqual(outcome);
      expect(part.forfeited.amount).toBe('0.00');
      expect(await findings(orderId, paymentId)).toEqual([]);
    }
  });

  test('a balance, the end of its time and a cancellation: one of them, and never goods or money for nothing', async () => {
    const { viewer, orderId } = await due();
    const paymentId = await openPayment(orderId, 8_000, 'BALANCE');
    clock.set(inDays(5));
    await Promise.all([closeUnpaid(), moneyCame(paymentId, orderId, 8_000), shop.cancel(viewer, orderId)]);
    const order = await seen(viewer, orderId);
    const kept = order.presale.forfeited.amount;
    expect([
      ['PAID', '0.00'],
      ['CLOSED', '10.00'],
      ['CANCELLED', '10.00'],
      ['CANCELLED', '0.00'],
    ]).toContainEqual([order.status, kept]);
    expect(await findings(orderId, paymentId)).toEqual([]);
  });
});

describe('money that comes too late', () => {
  test('for the deposit of a closed order goes back', async () => {
    const viewer = member(newId('member'));
    const { presaleId } = presale();
    const orderId: string = (await place(viewer, presaleId)).order.id;
    const paymentId = await openPayment(orderId, 1_000, 'DEPOSIT');
    clock.advance(31 * 60_000);
    await closeUnpaid();
    expect(await moneyCame(paymentId, orderId, 1_000)).toBe(200);
    const order = await seen(viewer, orderId);
    expect(order).toMatchObject({
      status: 'CLOSED',
      refunds: [{ cause: 'LATE_PAYMENT', amount: { amount: '10.00' } }],
    });
    expect(await findings(orderId, paymentId)).toEqual([]);
  });

  /** An order whose balance was not paid in time, with money for it on its way; the neighbours have heard that it is closed. */
  async function closedWithMoneyOnItsWay(more: Record<string, unknown> = {}) {
    const made = await due(more);
    const paymentId = await openPayment(made.orderId, 8_000, 'BALANCE');
    clock.set(inDays(5));
    await closeUnpaid();
    const call = { viewer: made.viewer, requestId: 'req_1' };
    await neighbours.transport.call('logistics', '/internal/releaseStock', { orderId: made.orderId }, call);
    await neighbours.transport.call('promotion', '/internal/releaseBenefits', { orderId: made.orderId }, call);
    return { ...made, paymentId };
  }

  test('for a balance buys the goods all the same when they can be held again, and the deposit counts', async () => {
    const { viewer, orderId, skuId, paymentId } = await closedWithMoneyOnItsWay();
    expect((await seen(viewer, orderId)).presale.forfeited.amount).toBe('10.00');
    expect(await moneyCame(paymentId, orderId, 8_000)).toBe(200);
    expect(await seen(viewer, orderId)).toMatchObject({
      status: 'PAID',
      presale: { phase: 'BALANCE_PAID', forfeited: { amount: '0.00' } },
      refunds: [],
    });
    expect(neighbours.stock.get(skuId)).toBe(99);
    expect(neighbours.reservations.get(orderId)).toMatchObject({ attempt: 2, state: 'RESERVED' });
    expect(neighbours.presold.has(orderId)).toBe(true);
    expect((await world.eventsOf(orderId)).at(-1)).toMatchObject({
      name: 'order.paid',
      payload: { totalMinor: 9_000 },
    });
    expect(await findings(orderId, paymentId)).toEqual([]);
  });

  test.each([
    ['there are no goods any more', (skuId: string) => void neighbours.stock.set(skuId, 0)],
    ['the units of the presale went to somebody else', () => void neighbours.presales.clear()],
  ])('for a balance goes back when %s, and nothing stays held', async (_why, lose) => {
    const { viewer, orderId, skuId, paymentId } = await closedWithMoneyOnItsWay();
    lose(skuId);
    const stock = neighbours.stock.get(skuId);
    expect(await moneyCame(paymentId, orderId, 8_000)).toBe(200);
    expect(await seen(viewer, orderId)).toMatchObject({
      status: 'CLOSED',
      presale: { phase: 'CLOSED', forfeited: { amount: '10.00' } },
      refunds: [{ cause: 'LATE_PAYMENT', amount: { amount: '80.00' }, status: 'SUCCEEDED' }],
    });
    expect(neighbours.stock.get(skuId)).toBe(stock);
    expect(await findings(orderId, paymentId)).toEqual([]);
  });

  test('for a balance goes back when the deposit has gone back, too', async () => {
    const { viewer, orderId, paymentId } = await closedWithMoneyOnItsWay({ ifUnpaid: 'RETURN' });
    await moneyCame(paymentId, orderId, 8_000);
    const order = await seen(viewer, orderId);
    expect(order.status).toBe('CLOSED');
    expect(order.refunds.map(({ cause }: Answer) => cause)).toEqual(['DEPOSIT_RETURNED', 'LATE_PAYMENT']);
    expect(await findings(orderId, paymentId)).toEqual([]);
  });

  test('for a deposit never pays a balance of the same amount', async () => {
    const { viewer, orderId } = await due({ depositMinor: 5_000, depositWorthMinor: 5_000 });
    const paymentId = await openPayment(orderId, 5_000, 'DEPOSIT');
    clock.set(inDays(5));
    await closeUnpaid();
    await moneyCame(paymentId, orderId, 5_000);
    const order = await seen(viewer, orderId);
    expect([order.status, order.refunds.map(({ cause }: Answer) => cause)]).toEqual(['CLOSED', ['LATE_PAYMENT']]);
    expect(await findings(orderId, paymentId)).toEqual([]);
  });
});
