import { beforeEach, describe, expect, test } from '@jest/globals';
import { crashBy, crashPointNames } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import { clerk, editsIn, to } from '../testing/edits.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { openPaymentsIn } from '../testing/open-payments.ts';
import { onSale, orderWorld, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const { shop, unpaidOrder, preview, edit, giveUp, seen, expectBooksToAgree } = editsIn(world);
const { openPayment, moneyCame } = openPaymentsIn(world);
const halfAnHourLater = () => new Date(clock.now().getTime() + 30 * 60_000).toISOString();

beforeEach(() => {
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
  neighbours.refusesAnew.clear();
});

describe('an unpaid order', () => {
  test('that becomes more is due with its new total, in the time that it had, and its goods are those that are sent', async () => {
    const expiresAt = halfAnHourLater();
    const { viewer, orderId, cups, cup } = await unpaidOrder();
    clock.advance(10 * 60_000);
    const tea = onSale(neighbours, { minor: 2500, units: 4 });
    const wish = { quantities: [to(cups, 4)], additions: [{ skuId: tea, quantity: 2 }] };
    // 48.03 + 10.01 + 2 × 25.00
    expect(await preview(viewer, orderId, wish)).toEqual({
      preview: { total: { amount: '108.04' }, due: { amount: '0.00' }, refund: { amount: '0.00' }, pointsReturned: 0 },
      userErrors: [],
    });
    const { order, edit: made, userErrors } = await edit(viewer, orderId, wish, '108.04');
    expect(userErrors).toEqual([]);
    expect(made).toMatchObject({ status: 'DONE', due: { amount: '0.00' }, expiresAt: null });
    expect(order).toMatchObject({
      ...{ status: 'PENDING_PAYMENT', expiresAt, subtotal: { amount: '100.04' }, freight: { amount: '8.00' } },
      ...{ total: { amount: '108.04' }, refunds: [], payments: [] },
    });
    expect(order.lines.map(({ quantity }: Answer) => quantity)).toEqual([3, 2, 1, 2]);
    expect([neighbours.stock.get(tea), neighbours.stock.get(cup)]).toEqual([2, 96]);
    expect(neighbours.reservations.get(orderId)?.lines.map(({ quantity }) => quantity)).toEqual([3, 2, 1, 2]);
    expect((await world.eventsOf(orderId)).map(({ name }) => name)).toEqual(['order.placed']);
    await expectBooksToAgree();
    const { payment } = await shop.pay(viewer, orderId);
    expect(payment.amount.amount).toBe('108.04');
    const paid = (await world.eventsOf(orderId)).at(-1);
    expect(paid).toMatchObject({ name: 'order.paid', payload: { totalMinor: 10_804, goodsMinor: 10_004 } });
    expect(paid?.payload.lines.map(({ quantity }: Answer) => quantity)).toEqual([3, 2, 1, 2]);
    await expectBooksToAgree();
  });

  test('that becomes less is priced anew as a whole: its coupon takes off what it takes off now, and fewer points are spent', async () => {
    const { viewer, orderId, cups, pens, cup } = await unpaidOrder({ points: 100, coupon: 300 });
    expect((await seen(viewer, orderId)).total.amount).toBe('44.03');
    neighbours.points.set(viewer.id ?? '', 0);
    // 10.01 + 10.00 + 8.00 − 3.00 − 1.00: the points that it has frozen count as its own.
    const { order, userErrors } = await edit(viewer, orderId, { quantities: [to(cups, 1)] }, '24.01');
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({ total: { amount: '24.01' }, pointsSpent: 100, discount: { amount: '4.00' } });
    expect(neighbours.locks.get(orderId)).toMatchObject({ attempt: 2, state: 'LOCKED' });
    expect(neighbours.stock.get(cup)).toBe(99);
    await expectBooksToAgree();
    // A second edit of the same order is the attempt after that.
    expect((await edit(clerk, orderId, { quantities: [to(pens, 1)] }, '19.01')).edit).toMatchObject({ status: 'DONE' });
    expect(neighbours.locks.get(orderId)).toMatchObject({ attempt: 3, state: 'LOCKED' });
    expect((await seen(viewer, orderId)).edits).toMatchObject([{ status: 'DONE' }, { status: 'DONE' }]);
    const cancelled = (await shop.cancel(viewer, orderId)).order;
    expect(cancelled.status).toBe('CANCELLED');
    await expectBooksToAgree();
  });

  test('of which nothing is due after the edit is paid with it', async () => {
    const { viewer, orderId, cups, pens } = await unpaidOrder({ coupon: 1_001 });
    neighbours.freightMinor = 0;
    const wish = { quantities: [to(cups, 1), to(pens, 0)] };
    const { order, userErrors } = await edit(viewer, orderId, wish, '0.00');
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({ status: 'PAID', total: { amount: '0.00' }, payments: [] });
    expect((await world.eventsOf(orderId)).map(({ name }) => name)).toEqual(['order.placed', 'order.paid']);
    await expectBooksToAgree();
  });

  test.each([
    ['more', 4, '58.04'],
    ['less', 2, '38.02'],
  ])(
    'that became %s while a payment was under way gives the old amount back, and can be paid',
    async (_, units, total) => {
      const { viewer, orderId, cups } = await unpaidOrder();
      const paymentId = await openPayment(orderId, 4_803);
      expect((await edit(viewer, orderId, { quantities: [to(cups, units)] }, total)).edit.status).toBe('DONE');
      expect((await seen(viewer, orderId)).payments).toMatchObject([{ status: 'CLOSED' }]);
      expect(await moneyCame(paymentId, orderId, 4_803)).toBe(200);
      expect(await seen(viewer, orderId)).toMatchObject({
        status: 'PENDING_PAYMENT',
        payments: [{ status: 'SUCCEEDED', refunded: { amount: '48.03' } }],
        refunds: [{ cause: 'LATE_PAYMENT', amount: { amount: '48.03' }, status: 'SUCCEEDED' }],
      });
      expect((await shop.pay(viewer, orderId)).payment.amount.amount).toBe(total);
      expect((await seen(viewer, orderId)).status).toBe('PAID');
      await expectBooksToAgree();
    },
  );

  test('whose goods changed for others at the same price is paid by the payment that was under way', async () => {
    const { viewer, orderId, pens } = await unpaidOrder();
    const paymentId = await openPayment(orderId, 4_803);
    const other = onSale(neighbours, { minor: 500 });
    await edit(viewer, orderId, { quantities: [to(pens, 0)], additions: [{ skuId: other, quantity: 2 }] }, '48.03');
    await moneyCame(paymentId, orderId, 4_803);
    expect(await seen(viewer, orderId)).toMatchObject({ status: 'PAID', refunds: [], total: { amount: '48.03' } });
    await expectBooksToAgree();
  });

  test('that closed after its edit doesn’t take the old amount for the new one', async () => {
    const { viewer, orderId, cups } = await unpaidOrder();
    const paymentId = await openPayment(orderId, 4_803);
    await edit(viewer, orderId, { quantities: [to(cups, 2)] }, '38.02');
    clock.advance(31 * 60_000);
    await world.subgraph.runJob('close-unpaid-orders');
    await moneyCame(paymentId, orderId, 4_803);
    expect(await seen(viewer, orderId)).toMatchObject({
      status: 'CLOSED',
      payments: [{ refunded: { amount: '48.03' } }],
    });
    await expectBooksToAgree();
  });

  test('is edited once for a key, and has no edit to be given up', async () => {
    const { viewer, orderId, cups } = await unpaidOrder();
    const key = { idempotencyKey: newId('request') };
    const wish = { quantities: [to(cups, 2)] };
    const answers = await Promise.all([1, 2, 3].map(() => edit(viewer, orderId, wish, '38.02', key)));
    expect(new Set(answers.map((one) => JSON.stringify(one.edit))).size).toBe(1);
    expect((await seen(viewer, orderId)).edits).toHaveLength(1);
    expect((await giveUp(viewer, orderId)).userErrors).toMatchObject([{ state: 'NOT_AWAITING_PAYMENT' }]);
  });
});

describe('an edit of an unpaid order that is refused', () => {
  test('because its benefits can’t be had anew leaves everything as it was, the added goods free', async () => {
    const { viewer, orderId, cups } = await unpaidOrder({ points: 100, coupon: 300 });
    const tea = onSale(neighbours, { minor: 2500, units: 4 });
    neighbours.refusesAnew.add(orderId);
    const wish = { quantities: [to(cups, 1)], additions: [{ skuId: tea, quantity: 4 }] };
    const { order, userErrors } = await edit(viewer, orderId, wish, '124.01');
    expect([order, userErrors]).toMatchObject([null, [{ code: 'BUDGET_EXHAUSTED' }]]);
    expect(await seen(viewer, orderId)).toMatchObject({ total: { amount: '44.03' }, edits: [{ status: 'UNDONE' }] });
    expect(neighbours.locks.get(orderId)).toMatchObject({ attempt: 1, state: 'LOCKED' });
    expect([neighbours.stock.get(tea), neighbours.holds.get(orderId)]).toMatchObject([4, { points: 100, attempt: 1 }]);
    expect((await shop.pay(viewer, orderId)).payment.amount.amount).toBe('44.03');
    await expectBooksToAgree();
  });

  test('because it was paid meanwhile leaves it paid as it was', async () => {
    const { viewer, orderId, cups } = await unpaidOrder();
    neighbours.faults.after.set('logistics.reserveStock', async () => {
      neighbours.faults.after.clear();
      await shop.pay(viewer, orderId);
    });
    const { userErrors } = await edit(viewer, orderId, { quantities: [to(cups, 4)] }, '58.04');
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'PAID' }]);
    expect(await seen(viewer, orderId)).toMatchObject({ status: 'PAID', total: { amount: '48.03' } });
    await expectBooksToAgree();
  });

  test('of a flash sale is told why', async () => {
    const { viewer, orderId, cups } = await unpaidOrder();
    const orders = world.db.connection.collection<{ _id: string }>('orders');
    await orders.updateOne({ _id: orderId }, { $set: { 'benefits.flashTicketId': 'ftk_1' } });
    const { userErrors } = await edit(viewer, orderId, { quantities: [to(cups, 2)] }, '38.02');
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'FLASH_SALE' }]);
  });
});

describe('an edit of an unpaid order, and whatever else may happen to it', () => {
  test('in the same moment end in one of them: its money is the one that is due, and nothing is held twice', async () => {
    const ends = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      const { viewer, orderId, cups } = await unpaidOrder({ coupon: 300 });
      const tea = onSale(neighbours, { minor: 2500, units: 4 });
      const paymentId = await openPayment(orderId, 4_503);
      if (round % 3 === 2) clock.advance(31 * 60_000);
      const wish = { quantities: [to(cups, 1)], additions: [{ skuId: tea, quantity: 1 }] };
      await Promise.allSettled([
        edit(viewer, orderId, wish, '50.01'),
        moneyCame(paymentId, orderId, 4_503),
        ...(round % 3 === 1 ? [shop.cancel(viewer, orderId)] : []),
        ...(round % 3 === 2 ? [world.subgraph.runJob('close-unpaid-orders')] : []),
      ]);
      clock.advance(15_000);
      for (const job of ['finish-order-edits', 'finish-pending-refunds', 'close-unpaid-orders', 'finish-cancellations'])
        await world.subgraph.runJob(job);
      const { status, total, edits, payments } = await seen(viewer, orderId);
      const isDone = edits[0]?.status === 'DONE';
      ends.add(`${status} ${edits[0]?.status}`);
      expect([total.amount, isDone || edits[0]?.status !== 'IN_PROGRESS']).toEqual([isDone ? '50.01' : '45.03', true]);
      const kept = payments.reduce((sum: number, { status: at, amount, refunded }: Answer) => {
        return sum + (at === 'SUCCEEDED' ? Number(amount.amount) : 0) - Number(refunded.amount);
      }, 0);
      expect(kept.toFixed(2)).toBe(status === 'PAID' ? total.amount : '0.00');
      expect(neighbours.stock.get(tea)).toBe(isDone ? 3 : 4);
    }
    expect(ends.size).toBeGreaterThan(1);
    await expectBooksToAgree();
  });

  test('keep payments and cancellations waiting while it is carried out, and its time from closing it', async () => {
    const { viewer, orderId, cups } = await unpaidOrder();
    neighbours.faults.before.set('logistics.applyEdit', unreachable('logistics'));
    const input = {
      ...{ orderId, quantities: [to(cups, 2)], idempotencyKey: newId('request') },
      expectedTotal: { amount: '38.02', currency: 'CNY' },
    };
    const document = 'mutation ($input: EditOrderInput!) { editOrder(input: $input) { edit { status } } }';
    expect(await world.errorsOf(viewer, document, { input })).toEqual(['BUSY']);
    const paying = 'mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { id } } }';
    const payment = { orderId, provider: 'TEST', idempotencyKey: newId('request') };
    expect(await world.errorsOf(viewer, paying, { input: payment })).toEqual(['BUSY']);
    const cancelling = 'mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { order { id } } }';
    const wish = { orderId, idempotencyKey: newId('request') };
    expect(await world.errorsOf(viewer, cancelling, { input: wish })).toEqual(['BUSY']);
    clock.advance(31 * 60_000);
    await world.subgraph.runJob('close-unpaid-orders');
    expect((await seen(viewer, orderId)).status).toBe('PENDING_PAYMENT');
    neighbours.faults.before.clear();
    await Promise.all([1, 2].map(() => world.subgraph.runJob('finish-order-edits')));
    expect(await seen(viewer, orderId)).toMatchObject({ total: { amount: '38.02' }, edits: [{ status: 'DONE' }] });
    await world.subgraph.runJob('close-unpaid-orders');
    expect((await seen(viewer, orderId)).status).toBe('CLOSED');
    await expectBooksToAgree();
  });

  const places = crashPointNames.filter((name) => name.startsWith('order.editing.'));
  const dieAt = (place: string) => {
    const undo = crashBy((name) => {
      if (name !== place) return undefined;
      undo();
      return Promise.reject(new Error(`killed at ${place}`));
    });
    return undo;
  };

  test.each(places.filter((name) => !/undo|given-back/.test(name)))('survive a crash at %s', async (place) => {
    const { viewer, orderId, cups, cup } = await unpaidOrder({ points: 100, coupon: 300 });
    const paymentId = await openPayment(orderId, 4_403);
    const tea = onSale(neighbours, { minor: 500, units: 4 });
    const wish = { quantities: [to(cups, 1)], additions: [{ skuId: tea, quantity: 1 }] };
    const key = { idempotencyKey: newId('request') };
    const alive = dieAt(place);
    await expect(edit(viewer, orderId, wish, '29.01', key)).rejects.toThrow('INTERNAL');
    alive();
    clock.advance(15_000);
    await world.subgraph.runJob('finish-order-edits');
    clock.advance(60_000);
    expect((await edit(viewer, orderId, wish, '29.01', key)).edit).toMatchObject({ status: 'DONE' });
    await moneyCame(paymentId, orderId, 4_403);
    expect(await seen(viewer, orderId)).toMatchObject({
      ...{ status: 'PENDING_PAYMENT', total: { amount: '29.01' }, edits: [{ status: 'DONE' }] },
      payments: [{ refunded: { amount: '44.03' } }],
    });
    expect([neighbours.stock.get(tea), neighbours.stock.get(cup)]).toEqual([3, 99]);
    expect((await shop.pay(viewer, orderId)).payment.amount.amount).toBe('29.01');
    await expectBooksToAgree();
  });

  test.each(places.filter((name) => /undo-decided|given-back|undone$/.test(name) && !/before/.test(name)))(
    'are undone once when a crash comes at %s',
    async (place) => {
      const { viewer, orderId, cups } = await unpaidOrder({ coupon: 300 });
      const tea = onSale(neighbours, { minor: 2500, units: 4 });
      neighbours.refusesAnew.add(orderId);
      const wish = { quantities: [to(cups, 1)], additions: [{ skuId: tea, quantity: 1 }] };
      const alive = dieAt(place);
      await expect(edit(viewer, orderId, wish, '50.01')).rejects.toThrow('INTERNAL');
      alive();
      clock.advance(15_000);
      await world.subgraph.runJob('finish-order-edits');
      expect(await seen(viewer, orderId)).toMatchObject({ total: { amount: '45.03' }, edits: [{ status: 'UNDONE' }] });
      expect(neighbours.stock.get(tea)).toBe(4);
      expect((await shop.pay(viewer, orderId)).payment.amount.amount).toBe('45.03');
      await expectBooksToAgree();
    },
  );
});
