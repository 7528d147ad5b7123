import { beforeEach, describe, expect, test } from '@jest/globals';
import { editsIn, to } from '../testing/edits.ts';
import { onSale, orderWorld } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const { shop, paidOrder, preview, edit, giveUp, seen, expectBooksToAgree } = editsIn(world);

beforeEach(() => {
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
  neighbours.freightOfEdit.minor = 0;
});

describe('a paid order that becomes less', () => {
  test('gives back the shares of the units that leave, at once; what stays keeps its amounts', async () => {
    const { viewer, orderId, cups, pens, cup } = await paidOrder();
    const wish = { quantities: [to(cups, 1)] };
    expect(await preview(viewer, orderId, wish)).toEqual({
      preview: { total: { amount: '28.01' }, due: { amount: '0.00' }, refund: { amount: '20.02' }, pointsReturned: 0 },
      userErrors: [],
    });
    const { order, edit: made, userErrors } = await edit(viewer, orderId, wish, '28.01');
    expect(userErrors).toEqual([]);
    expect(made).toMatchObject({ status: 'DONE', expiresAt: null, refund: { amount: '20.02' }, added: [] });
    expect(made.removed).toEqual([{ orderLineId: cups, quantity: 2, total: { amount: '20.02' } }]);
    expect(order).toMatchObject({
      status: 'PAID',
      refundStatus: 'NONE',
      subtotal: { amount: '20.01' },
      discount: { amount: '0.00' },
      freight: { amount: '8.00' },
      total: { amount: '28.01' },
      payments: [{ amount: { amount: '48.03' }, refunded: { amount: '20.02' } }],
      refunds: [{ amount: { amount: '20.02' }, cause: 'ORDER_CHANGED', status: 'SUCCEEDED' }],
    });
    expect(order.lines).toMatchObject([
      { id: cups, quantity: 1, total: { amount: '10.01' } },
      { id: pens, quantity: 2, total: { amount: '10.00' } },
    ]);
    expect(order.timeline.at(-1).note).toBe(`EDITED:${made.id}`);
    expect(neighbours.stock.get(cup)).toBe(99);
    await expectBooksToAgree();
    await shop.cancel(viewer, orderId);
    expect((await seen(viewer, orderId)).payments).toMatchObject([{ refunded: { amount: '48.03' } }]);
    await expectBooksToAgree();
  });

  test('gives back the points that the units had their share of, and a whole line when all of it leaves', async () => {
    const { viewer, orderId, pens } = await paidOrder({ points: 100 });
    // 40.03 of goods, of which points paid 1.00 on the pens: 9.00 were paid for them.
    const { order, userErrors } = await edit(viewer, orderId, { quantities: [to(pens, 0)] }, '38.03');
    expect(userErrors).toEqual([]);
    expect(order.lines).toHaveLength(1);
    // 100 points × 9.00 / 39.03
    expect(order).toMatchObject({ pointsSpent: 77, total: { amount: '38.03' }, discount: { amount: '0.00' } });
    const told = (await world.eventsOf(orderId)).filter(({ name }) => name === 'order.edited');
    expect(told).toMatchObject([{ payload: { pointsReturned: 23, removed: [{ orderLineId: pens, quantity: 2 }] } }]);
    await expectBooksToAgree();
  });

  test('is edited once for a key, however often it is asked', async () => {
    const { viewer, orderId, cups } = await paidOrder();
    const key = { idempotencyKey: 'edit-once' };
    const wish = { quantities: [to(cups, 2)] };
    const answers = await Promise.all([1, 2, 3].map(() => edit(viewer, orderId, wish, '38.02', key)));
    expect(new Set(answers.map((one) => JSON.stringify(one.edit))).size).toBe(1);
    expect((await seen(viewer, orderId)).refunds).toHaveLength(1);
    const other = await edit(viewer, orderId, { quantities: [to(cups, 1)] }, '28.01', key);
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  });
});

describe('a paid order that becomes more', () => {
  test('waits for what is due with the goods held, and is changed when it is paid', async () => {
    const { viewer, orderId, cups, pen } = await paidOrder();
    const tea = onSale(neighbours, { minor: 2500, units: 4 });
    neighbours.freightOfEdit.minor = 200;
    const wish = { quantities: [to(cups, 4)], additions: [{ skuId: tea, quantity: 2 }] };
    // 48.03 + 10.01 + 2 × 25.00 + 2.00
    const { order, edit: made, userErrors } = await edit(viewer, orderId, wish, '110.04');
    expect(userErrors).toEqual([]);
    expect(made).toMatchObject({ status: 'AWAITING_PAYMENT', due: { amount: '62.01' }, freight: { amount: '2.00' } });
    expect(made.expiresAt).toBe('2026-11-22T08:30:00.000Z');
    expect(order).toMatchObject({ total: { amount: '48.03' }, lines: [{ quantity: 3 }, { quantity: 2 }] });
    expect([neighbours.stock.get(tea), neighbours.stock.get(pen)]).toEqual([2, 98]);
    await expectBooksToAgree();
    const { payment, userErrors: unpaid } = await shop.pay(viewer, orderId);
    expect([unpaid, payment.amount.amount]).toEqual([[], '62.01']);
    expect(await seen(viewer, orderId)).toMatchObject({
      status: 'PAID',
      total: { amount: '110.04' },
      freight: { amount: '10.00' },
      subtotal: { amount: '100.04' },
      lines: [{ quantity: 3 }, { quantity: 2 }, { quantity: 1, total: { amount: '10.01' } }, { quantity: 2 }],
      edits: [{ status: 'DONE' }],
      payments: [{ amount: { amount: '48.03' } }, { amount: { amount: '62.01' } }],
    });
    const reserved = neighbours.reservations.get(orderId)?.lines.map(({ quantity }) => quantity);
    expect(reserved).toEqual([3, 2, 1, 2]);
    expect((await shop.pay(viewer, orderId)).userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'PAID' }]);
    await expectBooksToAgree();
    await shop.cancel(viewer, orderId);
    expect((await seen(viewer, orderId)).payments).toMatchObject([
      { refunded: { amount: '48.03' } },
      { refunded: { amount: '62.01' } },
    ]);
    expect((await world.eventsOf(orderId)).find(({ name }) => name === 'order.cancelled')?.payload.editedBy).toEqual([
      made.id,
    ]);
    await expectBooksToAgree();
  });

  test('stands as before when what is due isn’t paid in time, or the edit is given up; late money goes back', async () => {
    for (const ends of ['in time', 'by hand'] as const) {
      const { viewer, orderId } = await paidOrder();
      const tea = onSale(neighbours, { minor: 2500, units: 4 });
      await edit(viewer, orderId, { additions: [{ skuId: tea, quantity: 4 }] }, '148.03');
      expect(neighbours.stock.get(tea)).toBe(0);
      if (ends === 'by hand') expect((await giveUp(viewer, orderId)).edit).toMatchObject({ status: 'UNDONE' });
      else {
        clock.advance(30 * 60_000);
        await Promise.all([1, 2].map(() => world.subgraph.runJob('finish-order-edits')));
      }
      expect(neighbours.stock.get(tea)).toBe(4);
      expect(await seen(viewer, orderId)).toMatchObject({ total: { amount: '48.03' }, edits: [{ status: 'UNDONE' }] });
      expect((await shop.pay(viewer, orderId)).userErrors).toMatchObject([{ state: 'PAID' }]);
      expect((await giveUp(viewer, orderId)).userErrors).toMatchObject([{ state: 'NOT_AWAITING_PAYMENT' }]);
      await expectBooksToAgree();
    }
  });

  test('that costs as much as before is changed at once', async () => {
    const { viewer, orderId, pens } = await paidOrder();
    const other = onSale(neighbours, { minor: 500 });
    const wish = { quantities: [to(pens, 0)], additions: [{ skuId: other, quantity: 2 }] };
    const { order, edit: made } = await edit(viewer, orderId, wish, '48.03');
    expect(made).toMatchObject({ status: 'DONE', due: { amount: '0.00' }, refund: { amount: '0.00' } });
    expect([order.total.amount, order.refunds]).toEqual(['48.03', []]);
    await expectBooksToAgree();
  });

  test('gives the money back, and what was held, when the warehouses have packed meanwhile', async () => {
    const { viewer, orderId } = await paidOrder();
    const tea = onSale(neighbours, { minor: 2500, units: 4 });
    await edit(viewer, orderId, { additions: [{ skuId: tea, quantity: 1 }] }, '73.03');
    neighbours.packed.add(orderId);
    expect((await shop.pay(viewer, orderId)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
    expect(await seen(viewer, orderId)).toMatchObject({
      total: { amount: '48.03' },
      edits: [{ status: 'UNDONE' }],
      payments: [{ refunded: { amount: '0.00' } }, { amount: { amount: '25.00' }, refunded: { amount: '25.00' } }],
      refunds: [{ cause: 'LATE_PAYMENT' }],
    });
    expect(neighbours.stock.get(tea)).toBe(4);
    await expectBooksToAgree();
  });

  test('that is cancelled while its edit waits stays cancelled, and the edit’s money goes back', async () => {
    const { viewer, orderId } = await paidOrder();
    const tea = onSale(neighbours, { minor: 2500, units: 4 });
    await edit(viewer, orderId, { additions: [{ skuId: tea, quantity: 1 }] }, '73.03');
    expect((await shop.cancel(viewer, orderId)).order.status).toBe('CANCELLED');
    expect((await shop.pay(viewer, orderId)).userErrors).toMatchObject([{ state: 'CANCELLED' }]);
    clock.advance(30 * 60_000);
    await world.subgraph.runJob('finish-order-edits');
    expect((await seen(viewer, orderId)).edits).toMatchObject([{ status: 'UNDONE' }]);
    expect(neighbours.stock.get(tea)).toBe(4);
    await expectBooksToAgree();
  });
});
