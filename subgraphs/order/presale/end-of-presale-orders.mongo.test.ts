import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { shopIn } from '../testing/documents.ts';
import { member, orderWorld, staff, type Answer } from '../testing/order-world.ts';
import { inDays, presaleShopIn } from '../testing/presale-shop.ts';

const world = orderWorld();
const { clock, db } = world;
const shop = shopIn(world);
const clerk = staff('order:read', 'order:write');
const { presale, place, pay, seen, openBalances, closeUnpaid, namesOf, notesOf, deposited, due, findings } =
  presaleShopIn(world);

beforeEach(() => {
  clock.set('2026-11-22T08:00:00Z');
});

describe('an unpaid presale order ends', () => {
  test('when its deposit is not paid in time, with nothing to give back', async () => {
    const viewer = member(newId('member'));
    const { presaleId } = presale();
    const { order } = await place(viewer, presaleId);
    clock.advance(30 * 60_000);
    await closeUnpaid();
    expect(await seen(viewer, order.id)).toMatchObject({
      status: 'CLOSED',
      presale: { phase: 'CLOSED', forfeited: { amount: '0.00' } },
      refunds: [],
    });
    expect(await namesOf(order.id)).toEqual(['order.placed', 'order.cancelled']);
    expect(await findings(order.id)).toEqual([]);
  });

  test('when its balance is not paid in time: the deposit is kept, and told once', async () => {
    const { viewer, orderId } = await due();
    clock.set(new Date(Date.parse(inDays(5)) - 1));
    await closeUnpaid();
    expect((await seen(viewer, orderId)).status).toBe('PENDING_PAYMENT');
    clock.set(inDays(5));
    await Promise.all([closeUnpaid(), closeUnpaid()]);
    const order = await seen(viewer, orderId);
    expect(order).toMatchObject({
      status: 'CLOSED',
      refundStatus: 'NONE',
      refunds: [],
      presale: { phase: 'CLOSED', forfeited: { amount: '10.00' } },
    });
    expect(notesOf(order).at(-1)).toBe('DEPOSIT_FORFEITED');
    const events = await world.eventsOf(orderId);
    expect(events.slice(3)).toMatchObject([
      { name: 'order.cancelled', payload: { status: 'CLOSED', wasPaid: false, reason: 'UNPAID' } },
      { name: 'order.deposit-forfeited', payload: { orderId, forfeitedMinor: 1_000 } },
    ]);
    expect(await findings(orderId)).toEqual([]);
  });

  test('when its balance is not paid in time: the deposit goes back where that is the rule', async () => {
    const { viewer, orderId } = await due({ ifUnpaid: 'RETURN' });
    clock.set(inDays(5));
    await closeUnpaid();
    const order = await seen(viewer, orderId);
    expect(order).toMatchObject({
      status: 'CLOSED',
      refundStatus: 'FULL',
      refunded: { amount: '10.00' },
      presale: { phase: 'CLOSED', forfeited: { amount: '0.00' } },
      refunds: [{ cause: 'DEPOSIT_RETURNED', amount: { amount: '10.00' }, status: 'SUCCEEDED' }],
      payments: [{ part: 'DEPOSIT', refunded: { amount: '10.00' } }],
    });
    expect(notesOf(order).at(-1)).toBe('DEPOSIT_RETURNED');
    expect(await namesOf(orderId)).toEqual([
      'order.placed',
      'order.deposit-paid',
      'order.balance-due',
      'order.cancelled',
      'order.refunded',
    ]);
    expect(await findings(orderId)).toEqual([]);
  });

  test('when its goods never came: the deposit goes back whatever the rule', async () => {
    const { viewer, orderId } = await deposited({}, 0);
    clock.set(inDays(3));
    await openBalances();
    clock.set(inDays(5));
    await closeUnpaid();
    expect(await seen(viewer, orderId)).toMatchObject({
      status: 'CLOSED',
      refunds: [{ cause: 'DEPOSIT_RETURNED', status: 'SUCCEEDED' }],
    });
    expect(await findings(orderId)).toEqual([]);
  });

  test.each([
    ['by the shopper, before the balance: kept', 'FORFEIT', 'member', '10.00', []],
    ['by the shopper, before the balance: given back', 'RETURN', 'member', '0.00', ['DEPOSIT_RETURNED']],
    ['by staff: given back', 'FORFEIT', 'staff', '0.00', ['DEPOSIT_RETURNED']],
  ])('%s', async (_what, ifUnpaid, who, forfeited, causes) => {
    const { viewer, orderId } = await deposited({ ifUnpaid });
    const { userErrors } = await shop.cancel(who === 'staff' ? clerk : viewer, orderId, { reason: 'changed my mind' });
    expect(userErrors).toEqual([]);
    const order = await seen(viewer, orderId);
    expect([order.status, order.presale.phase, order.presale.forfeited.amount]).toEqual([
      'CANCELLED',
      'CLOSED',
      forfeited,
    ]);
    expect(order.refunds.map(({ cause }: Answer) => cause)).toEqual(causes);
    expect(await findings(orderId)).toEqual([]);
  });

  test('a shopper who cancels twice with the same key loses or gets the deposit once', async () => {
    const { viewer, orderId } = await deposited({ ifUnpaid: 'RETURN' });
    const input = { idempotencyKey: 'c' };
    await Promise.all([shop.cancel(viewer, orderId, input), shop.cancel(viewer, orderId, input)]);
    expect((await seen(viewer, orderId)).refunds).toHaveLength(1);
    expect(await findings(orderId)).toEqual([]);
  });

  test('cancelled after the balance: all of it goes back, to both payments', async () => {
    const { viewer, orderId } = await due();
    await pay(viewer, orderId);
    await shop.cancel(viewer, orderId);
    const order = await seen(viewer, orderId);
    expect(order).toMatchObject({
      status: 'CANCELLED',
      refundStatus: 'FULL',
      refunded: { amount: '90.00' },
      payments: [
        { part: 'DEPOSIT', refunded: { amount: '10.00' } },
        { part: 'BALANCE', refunded: { amount: '80.00' } },
      ],
    });
    expect(order.refunds.map(({ cause, amount }: Answer) => [cause, amount.amount])).toEqual([
      ['ORDER_CANCELLED', '10.00'],
      ['ORDER_CANCELLED', '80.00'],
    ]);
    expect(await findings(orderId)).toEqual([]);
  });
});

describe('a presale that is called off', () => {
  const callOff = async (presaleId: string) => {
    await world.tell('presale.cancelled', { presaleId });
    await world.subgraph.runJob('close-withdrawn-presale-orders');
  };

  test('gives every deposit back, leaves paid orders and those of other presales alone', async () => {
    const { presaleId } = presale();
    const [waiting, paid] = [member(newId('member')), member(newId('member'))];
    const [first, second] = [(await place(waiting, presaleId)).order.id, (await place(paid, presaleId)).order.id];
    await pay(waiting, first);
    await pay(paid, second);
    const other = await deposited();
    clock.set(inDays(3));
    await openBalances();
    await pay(paid, second);
    await callOff(presaleId);
    expect(await seen(waiting, first)).toMatchObject({
      status: 'CLOSED',
      presale: { phase: 'CLOSED', forfeited: { amount: '0.00' } },
      refunds: [{ cause: 'DEPOSIT_RETURNED', amount: { amount: '10.00' }, status: 'SUCCEEDED' }],
    });
    expect((await seen(paid, second)).status).toBe('PAID');
    expect((await seen(other.viewer, other.orderId)).presale.phase).toBe('BALANCE_DUE');
    expect((await world.eventsOf(first)).find(({ name }) => name === 'order.cancelled')?.payload).toMatchObject({
      reason: 'PRESALE_CANCELLED',
    });
    expect(await findings(first, second)).toEqual([]);
  });

  test('also catches an order that was being placed when it was told', async () => {
    const { presaleId } = presale();
    const viewer = member(newId('member'));
    await callOff(presaleId);
    const { order } = await place(viewer, presaleId);
    await pay(viewer, order.id);
    clock.advance(60_000);
    await world.subgraph.runJob('close-withdrawn-presale-orders');
    expect((await seen(viewer, order.id)).refunds).toMatchObject([{ cause: 'DEPOSIT_RETURNED' }]);
    clock.advance(10 * 60_000);
    await world.subgraph.runJob('close-withdrawn-presale-orders');
    const left = db.connection.collection<{ _id: string }>('withdrawnPresales').find({ _id: presaleId });
    expect(await left.toArray()).toEqual([]);
  });
});
