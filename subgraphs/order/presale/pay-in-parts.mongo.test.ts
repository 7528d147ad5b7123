import { beforeEach, describe, expect, test } from '@jest/globals';
import { crashBy } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { member, orderWorld } from '../testing/order-world.ts';
import { inDays, presaleShopIn } from '../testing/presale-shop.ts';

const world = orderWorld();
const { clock, neighbours } = world;
const { presale, place, pay, seen, openBalances, notesOf, deposited, due, openPayment, moneyCame, findings } =
  presaleShopIn(world);

beforeEach(() => {
  clock.set('2026-11-22T08:00:00Z');
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
});

describe('paying the order of a presale', () => {
  test('is deposit, then balance, then goods: two payments that add up', async () => {
    const { viewer, orderId, skuId } = await deposited();
    expect(await seen(viewer, orderId)).toMatchObject({
      status: 'PENDING_PAYMENT',
      expiresAt: inDays(5),
      paidAt: null,
      presale: { phase: 'DEPOSIT_PAID', due: null, depositPaidAt: inDays(0), balanceDueAt: null },
    });
    clock.set(inDays(3));
    await openBalances();
    expect(neighbours.stock.get(skuId)).toBe(99);
    expect((await seen(viewer, orderId)).presale).toMatchObject({
      phase: 'BALANCE_DUE',
      due: { amount: '80.00' },
      balanceDueAt: inDays(3),
    });
    const { payment, userErrors } = await pay(viewer, orderId);
    expect([userErrors, payment]).toEqual([[], { part: 'BALANCE', amount: { amount: '80.00' } }]);
    const order = await seen(viewer, orderId);
    expect(order).toMatchObject({
      status: 'PAID',
      expiresAt: null,
      paidAt: inDays(3),
      presale: { phase: 'BALANCE_PAID', due: null, forfeited: { amount: '0.00' } },
      // Five days later than if they left now.
      plannedDeliveries: [{ earliest: '2026-11-28T08:00:00.000Z' }],
      payments: [
        { part: 'DEPOSIT', status: 'SUCCEEDED', amount: { amount: '10.00' } },
        { part: 'BALANCE', status: 'SUCCEEDED', amount: { amount: '80.00' } },
      ],
    });
    expect(notesOf(order)).toEqual([null, 'DEPOSIT_PAID', 'BALANCE_DUE', null]);
    const events = await world.eventsOf(orderId);
    expect(events.map(({ name, version }) => [name, version])).toEqual([
      ['order.placed', 1],
      ['order.deposit-paid', 2],
      ['order.balance-due', 3],
      ['order.paid', 4],
    ]);
    expect(events[1]?.payload).toMatchObject({ orderId, depositMinor: 1_000, currency: 'CNY' });
    expect(events[2]?.payload).toMatchObject({ orderId, balanceMinor: 8_000, payBefore: inDays(5) });
    expect(events[3]?.payload).toMatchObject({ orderId, totalMinor: 9_000, goodsMinor: 9_000 });
    expect(await findings(orderId)).toEqual([]);
  });

  test('is refused between deposit and balance, with the time of the balance', async () => {
    const { viewer, orderId } = await deposited();
    expect((await pay(viewer, orderId)).userErrors).toEqual([
      { code: 'BALANCE_NOT_DUE', path: ['orderId'], balanceFrom: inDays(3), balanceTo: inDays(5) },
    ]);
  });

  test('is refused to others, and once it is paid', async () => {
    const { viewer, orderId } = await due();
    expect((await pay(member('mbr_other'), orderId)).userErrors).toEqual([{ code: 'NOT_FOUND', path: ['orderId'] }]);
    await pay(viewer, orderId);
    expect((await pay(viewer, orderId)).userErrors).toEqual([
      { code: 'INVALID_STATE', path: ['orderId'], state: 'PAID' },
    ]);
  });

  test.each([
    ['DEPOSIT', 1_000],
    ['BALANCE', 8_000],
  ] as const)('the %s twice keeps one and gives the other back', async (part, amountMinor) => {
    const viewer = member(newId('member'));
    const { presaleId } = presale();
    const orderId: string = (await place(viewer, presaleId)).order.id;
    if (part === 'BALANCE') {
      await pay(viewer, orderId);
      clock.set(inDays(3));
      await openBalances();
    }
    const payments = [await openPayment(orderId, amountMinor, part), await openPayment(orderId, amountMinor, part)];
    const answers = await Promise.all(payments.map((id) => moneyCame(id, orderId, amountMinor)));
    expect(answers).toEqual([200, 200]);
    const order = await seen(viewer, orderId);
    expect(order.presale.phase).toBe(part === 'DEPOSIT' ? 'DEPOSIT_PAID' : 'BALANCE_PAID');
    const amount = part === 'DEPOSIT' ? '10.00' : '80.00';
    expect(order.refunds).toEqual([{ cause: 'LATE_PAYMENT', amount: { amount }, status: 'SUCCEEDED' }]);
    expect(order.refunded.amount).toBe('0.00');
    expect(await findings(orderId, ...payments)).toEqual([]);
  });

  test('a deposit that comes while the balance is due goes back', async () => {
    const { viewer, orderId } = await due();
    const paymentId = await openPayment(orderId, 1_000, 'DEPOSIT');
    await moneyCame(paymentId, orderId, 1_000);
    const order = await seen(viewer, orderId);
    expect([order.presale.phase, order.refunds[0].cause]).toEqual(['BALANCE_DUE', 'LATE_PAYMENT']);
    expect(await findings(orderId, paymentId)).toEqual([]);
  });
});

describe('the balance of a presale order becomes due', () => {
  test('not before its time', async () => {
    const { viewer, orderId } = await deposited();
    clock.set(new Date(Date.parse(inDays(3)) - 1));
    await openBalances();
    expect((await seen(viewer, orderId)).presale.phase).toBe('DEPOSIT_PAID');
  });

  test('only when its goods are there, tried again every minute', async () => {
    const { viewer, orderId, skuId } = await deposited({}, 0);
    clock.set(inDays(3));
    await openBalances();
    expect((await seen(viewer, orderId)).presale.phase).toBe('DEPOSIT_PAID');
    neighbours.stock.set(skuId, 1);
    await openBalances();
    expect((await seen(viewer, orderId)).presale.phase).toBe('DEPOSIT_PAID');
    clock.advance(60_000);
    await openBalances();
    expect((await seen(viewer, orderId)).presale.phase).toBe('BALANCE_DUE');
    expect(neighbours.stock.get(skuId)).toBe(0);
  });

  test('for as many orders as there are goods: 2 of 3', async () => {
    const { presaleId, skuId } = presale({}, 2);
    const orders: { viewer: Viewer; id: string }[] = [];
    for (let index = 0; index < 3; index += 1) {
      const viewer = member(newId('member'));
      const { order } = await place(viewer, presaleId);
      await pay(viewer, order.id);
      orders.push({ viewer, id: order.id });
    }
    clock.set(inDays(3));
    await Promise.all([openBalances(), openBalances()]);
    const phases = await Promise.all(orders.map(async ({ viewer, id }) => (await seen(viewer, id)).presale.phase));
    expect(phases.toSorted()).toEqual(['BALANCE_DUE', 'BALANCE_DUE', 'DEPOSIT_PAID']);
    expect(neighbours.stock.get(skuId)).toBe(0);
  });

  test('by its next turn when the warehouses gave no answer, or the answer got lost', async () => {
    const { viewer, orderId, skuId } = await deposited();
    clock.set(inDays(3));
    neighbours.faults.after.set('logistics.reserveOrders', unreachable('logistics'));
    await expect(openBalances()).rejects.toThrow('nobody answers');
    expect((await seen(viewer, orderId)).presale.phase).toBe('DEPOSIT_PAID');
    neighbours.faults.after.clear();
    await openBalances();
    expect((await seen(viewer, orderId)).presale.phase).toBe('BALANCE_DUE');
    expect(neighbours.stock.get(skuId)).toBe(99);
  });

  test.each(['order.balance.goods-held', 'order.balance.before-open', 'order.balance.opened'] as const)(
    'once, when the process dies at %s',
    async (point) => {
      const { viewer, orderId, skuId } = await deposited();
      clock.set(inDays(3));
      const restore = crashBy((at) => (at === point ? Promise.reject(new Error('killed')) : undefined));
      try {
        await expect(openBalances()).rejects.toThrow('killed');
      } finally {
        restore();
      }
      await openBalances();
      const order = await seen(viewer, orderId);
      expect(order.presale.phase).toBe('BALANCE_DUE');
      expect(notesOf(order).filter((note: string) => note === 'BALANCE_DUE')).toHaveLength(1);
      expect(neighbours.stock.get(skuId)).toBe(99);
      expect(await findings(orderId)).toEqual([]);
    },
  );

  test('not any more when its time is over', async () => {
    const { viewer, orderId } = await deposited();
    clock.set(inDays(5));
    await openBalances();
    expect((await seen(viewer, orderId)).presale.phase).toBe('DEPOSIT_PAID');
  });
});
