import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { clerk, editsIn, to, type PaidOrder } from '../testing/edits.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { guest, member, onSale, orderWorld, partner, staff, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const { shop, paidOrder, preview, edit, giveUp, seen, expectBooksToAgree } = editsIn(world);

beforeEach(() => {
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
  neighbours.freightOfEdit.minor = 0;
});

describe('an edit', () => {
  test('costs what was shown, or says that the price changed', async () => {
    const { viewer, orderId, cups } = await paidOrder();
    expect(await edit(viewer, orderId, { quantities: [to(cups, 2)] }, '38.00')).toMatchObject({
      order: null,
      edit: null,
      userErrors: [
        {
          code: 'PRICE_CHANGED',
          path: ['expectedTotal'],
          expected: { amount: '38.00' },
          current: { amount: '38.02' },
        },
      ],
    });
    const dollars = { expectedTotal: { amount: '38.02', currency: 'USD' } };
    expect((await edit(viewer, orderId, { quantities: [to(cups, 2)] }, '', dollars)).userErrors).toMatchObject([
      { code: 'CURRENCY_MISMATCH' },
    ]);
  });

  test.each<[string, (o: PaidOrder) => object, string, string[]]>([
    ['an unknown line', () => ({ quantities: [to('orl_none', 1)] }), 'NOT_FOUND', ['quantities', '0', 'orderLineId']],
    [
      'a quantity of -1',
      ({ cups }) => ({ quantities: [to(cups, -1)] }),
      'INVALID_INPUT',
      ['quantities', '0', 'quantity'],
    ],
    [
      'a line twice',
      ({ cups }) => ({ quantities: [to(cups, 1), to(cups, 2)] }),
      'INVALID_INPUT',
      ['quantities', '1', 'orderLineId'],
    ],
    ['nothing changed', ({ cups }) => ({ quantities: [to(cups, 3)] }), 'INVALID_INPUT', ['quantities']],
    ['nothing left', ({ cups, pens }) => ({ quantities: [to(cups, 0), to(pens, 0)] }), 'INVALID_INPUT', ['quantities']],
    [
      'no units added',
      ({ cup }) => ({ additions: [{ skuId: cup, quantity: 0 }] }),
      'INVALID_INPUT',
      ['additions', '0', 'quantity'],
    ],
    [
      'an unknown SKU',
      () => ({ additions: [{ skuId: 'sku_none', quantity: 1 }] }),
      'SKU_UNAVAILABLE',
      ['additions', '0'],
    ],
    [
      'more than there is',
      ({ cup }) => ({ additions: [{ skuId: cup, quantity: 99 }] }),
      'INSUFFICIENT_STOCK',
      ['additions', '0'],
    ],
  ])('is refused for %s', async (_what, wish, code, path) => {
    const order = await paidOrder();
    expect((await preview(order.viewer, order.orderId, wish(order))).userErrors).toMatchObject([{ code, path }]);
    expect((await edit(order.viewer, order.orderId, wish(order), '1.00')).userErrors).toMatchObject([{ code, path }]);
  });

  test('is refused for an order that is closed, packed, ended, or is being edited', async () => {
    const wish = ({ cups }: { cups: string }) => ({ quantities: [to(cups, 2)] });
    const states = async (order: PaidOrder) =>
      (await edit(order.viewer, order.orderId, wish(order), '38.02')).userErrors;
    const closed = await paidOrder({ pay: false });
    clock.advance(31 * 60_000);
    await world.subgraph.runJob('close-unpaid-orders');
    expect(await states(closed)).toMatchObject([{ code: 'INVALID_STATE', state: 'CLOSED' }]);
    const packed = await paidOrder();
    neighbours.packed.add(packed.orderId);
    expect(await states(packed)).toMatchObject([{ state: 'PACKED' }]);
    const cancelled = await paidOrder();
    await shop.cancel(cancelled.viewer, cancelled.orderId);
    expect(await states(cancelled)).toMatchObject([{ state: 'CANCELLED' }]);
    const edited = await paidOrder();
    await edit(edited.viewer, edited.orderId, { additions: [{ skuId: edited.cup, quantity: 1 }] }, '58.04');
    expect(await states(edited)).toMatchObject([{ state: 'EDITING' }]);
  });

  test('is nobody else’s business', async () => {
    const { orderId, cups } = await paidOrder();
    const wish = { quantities: [to(cups, 2)] };
    for (const who of [member(newId('member')), staff('order:read'), partner('ptn_1')]) {
      const refusals = [{ code: 'NOT_FOUND', path: ['orderId'] }];
      expect((await preview(who, orderId, wish)).userErrors).toMatchObject(refusals);
      expect((await edit(who, orderId, wish, '38.02')).userErrors).toMatchObject(refusals);
      expect((await giveUp(who, orderId)).userErrors).toMatchObject(refusals);
    }
    const document = 'mutation ($input: CancelOrderEditInput!) { cancelOrderEdit(input: $input) { edit { id } } }';
    expect(await world.errorsOf(guest(), document, { input: { orderId } })).toEqual(['UNAUTHENTICATED']);
    expect((await edit(clerk, orderId, wish, '38.02')).edit).toMatchObject({ status: 'DONE' });
  });

  test('and a payment, its time, its giving up and a cancellation in the same moment end in one of them', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { viewer, orderId } = await paidOrder();
      const tea = onSale(neighbours, { minor: 2500, units: 4 });
      await edit(viewer, orderId, { additions: [{ skuId: tea, quantity: 1 }] }, '73.03');
      clock.advance(30 * 60_000);
      await Promise.allSettled([
        shop.pay(viewer, orderId),
        giveUp(viewer, orderId),
        world.subgraph.runJob('finish-order-edits'),
        ...(round % 2 === 0 ? [shop.cancel(viewer, orderId)] : []),
      ]);
      clock.advance(15_000);
      await world.subgraph.runJob('finish-order-edits');
      const { status, total, edits, payments } = await seen(viewer, orderId);
      const isDone = edits[0].status === 'DONE';
      expect([total.amount, edits[0].status]).toEqual(isDone ? ['73.03', 'DONE'] : ['48.03', 'UNDONE']);
      const kept = payments.reduce((sum: number, one: Answer) => {
        const came = one.status === 'SUCCEEDED' ? Number(one.amount.amount) : 0;
        return sum + came - Number(one.refunded.amount);
      }, 0);
      expect(kept.toFixed(2)).toBe(status === 'CANCELLED' ? '0.00' : total.amount);
      expect(neighbours.stock.get(tea)).toBe(isDone ? 3 : 4);
    }
    await expectBooksToAgree();
  });

  test('whose neighbours gave no answer is finished by the job, once', async () => {
    for (const lost of ['product.skuFacts', 'logistics.reserveStock', 'logistics.applyEdit'] as const) {
      const { viewer, orderId, pens } = await paidOrder();
      const other = onSale(neighbours, { minor: 500 });
      neighbours.faults.after.set(lost, unreachable('logistics'));
      const input = {
        ...{ orderId, quantities: [to(pens, 0)], additions: [{ skuId: other, quantity: 1 }] },
        ...{ expectedTotal: { amount: '43.03', currency: 'CNY' }, idempotencyKey: newId('request') },
      };
      const document = 'mutation ($input: EditOrderInput!) { editOrder(input: $input) { edit { status } } }';
      expect(await world.errorsOf(viewer, document, { input })).toEqual(['BUSY']);
      neighbours.faults.after.clear();
      clock.advance(15_000);
      await Promise.all([1, 2].map(() => world.subgraph.runJob('finish-order-edits')));
      expect((await world.ask(viewer, document, { input })).editOrder.edit).toEqual({ status: 'DONE' });
      expect(await seen(viewer, orderId)).toMatchObject({
        total: { amount: '43.03' },
        refunds: [{ amount: { amount: '5.00' } }],
      });
      await expectBooksToAgree();
    }
  });
});
