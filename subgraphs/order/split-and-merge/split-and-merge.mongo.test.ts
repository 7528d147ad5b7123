import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { shopIn } from '../testing/documents.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { address, member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const shop = shopIn(world);
const clerk = staff('order:read', 'order:write');
const errors = 'userErrors { __typename code path ... on InvalidStateError { state } }';
const parts = 'id number status total { amount } freight { amount } pointsSpent refundStatus refunded { amount }';
const lines = 'lines { id quantity total { amount } }';

beforeEach(() => {
  for (const faults of [neighbours.faults.before, neighbours.faults.after]) faults.clear();
  neighbours.freightOf.regrouped = null;
});

/** A paid order of 3 × ¥10.01 and 2 × ¥5.00 with freight ¥8.00, of which 100 points paid ¥1.00. */
async function paidOrder(viewer = member(newId('member')), points = 100, suppliers: string[] = []) {
  neighbours.freightMinor = 800;
  neighbours.points.set(viewer.id ?? '', points);
  const [cup, pen] = [1001, 500].map((minor, index) => onSale(neighbours, { minor, supplierId: suppliers[index] })) as [
    string,
    string,
  ];
  const wanted = [
    { skuId: cup, quantity: 3 },
    { skuId: pen, quantity: 2 },
  ];
  const { order } = await shop.place(viewer, { lines: wanted, pointsToSpend: points });
  await shop.pay(viewer, order.id);
  neighbours.freightMinor = 0;
  const [cups, pens] = order.lines as { id: string }[];
  return { viewer, order, orderId: String(order.id), cup, pen, cups: cups?.id ?? '', pens: pens?.id ?? '' };
}

const split = (orderId: string, wanted: Answer[] = [], more: object = {}): Promise<Answer> =>
  shop.mutate(
    clerk,
    'splitOrder',
    { orderId, by: 'LINES', parts: wanted.map((one) => ({ lines: one })), idempotencyKey: newId('request'), ...more },
    `order { ${parts} splitInto { id } } parts { ${parts} ${lines} splitFrom { id } } ${errors}`,
  );
const merge = (orderIds: string[], idempotencyKey = newId('request')): Promise<Answer> =>
  shop.mutate(
    clerk,
    'mergeOrders',
    { orderIds, idempotencyKey },
    `order { ${parts} ${lines} mergedFrom { id } } ${errors}`,
  );

const stored = (id: string) => world.db.connection.collection<Answer>('orders').findOne({ _id: id as never }) as Answer;

async function discrepancies(): Promise<Answer[]> {
  const call = { viewer: systemViewer('verify'), requestId: newId('request') };
  return ((await world.subgraph.call('/internal/verify', {}, call)) as Answer).discrepancies;
}

const expectBooksToAgree = async () => expect(await discrepancies()).toEqual([]);

describe('a split order', () => {
  test('is its parts: each keeps what was paid for its lines, and all amounts add up', async () => {
    const { viewer, orderId, cups } = await paidOrder();
    const { order, parts: made, userErrors } = await split(orderId, [[{ orderLineId: cups, quantity: 1 }]]);
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({ status: 'SPLIT', total: { amount: '47.03' }, pointsSpent: 100 });
    expect(order.splitInto).toEqual(made.map(({ id }: Answer) => ({ id })));
    const of = (name: string) => made.map((one: Answer) => one[name].amount ?? one[name]);
    expect([of('total'), of('freight')]).toEqual([
      ['11.61', '35.42'],
      ['1.60', '6.40'],
    ]);
    expect(made.map(({ pointsSpent }: Answer) => pointsSpent)).toEqual([26, 74]);
    expect(made[0].lines).toMatchObject([{ quantity: 1, total: { amount: '10.01' } }]);
    expect(made[1].lines.map(({ quantity }: Answer) => quantity)).toEqual([2, 2]);
    expect(made.map(({ number }: Answer) => number)).toEqual([`${order.number}-1`, `${order.number}-2`]);
    expect((await world.eventsOf(orderId)).at(-1)).toMatchObject({ name: 'order.split' });
    expect(await shop.order(viewer, made[0].id)).toMatchObject({ status: 'PAID' });
    await expectBooksToAgree();
  });

  test('is split once for a key, and the warehouses get each unit once', async () => {
    const { orderId, cups, cup } = await paidOrder();
    const wanted = [[{ orderLineId: cups, quantity: 2 }]];
    const answers = await Promise.all([1, 2, 3].map(() => split(orderId, wanted, { idempotencyKey: 'split-once' })));
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    const units = (neighbours.regrouped.get(orderId) ?? []).map(
      ({ orderId: id }) => neighbours.reservations.get(id)?.lines,
    );
    expect(units.flat().filter((one) => one?.skuId === cup)).toMatchObject([{ quantity: 2 }, { quantity: 1 }]);
    expect((await split(orderId, wanted)).userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'SPLIT' }]);
  });

  test('by warehouse has a part for each of them', async () => {
    const { orderId, pen } = await paidOrder();
    neighbours.liesIn.set(pen, 'whs_2');
    const { parts: made } = await split(orderId, [], { by: 'WAREHOUSE' });
    expect(made.map((one: Answer) => one.lines.map(({ quantity }: Answer) => quantity))).toEqual([[3], [2]]);
  });

  test('by ship date has a part for what can ship at once and one for each later day', async () => {
    const { viewer, orderId, cups } = await paidOrder();
    expect((await split(orderId, [], { by: 'SHIP_DATE' })).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    const shipsAfter = new Date('2026-12-24T16:00:00Z');
    await world.db.connection
      .collection('orders')
      .updateOne({ _id: orderId as never, 'lines.lineId': cups }, { $set: { 'lines.$.shipsAfter': shipsAfter } });
    const { parts: made } = await split(orderId, [], { by: 'SHIP_DATE' });
    expect(made.map((one: Answer) => one.lines.map(({ quantity }: Answer) => quantity))).toEqual([[2], [3]]);
    const query = 'query ($id: ID!) { order(id: $id) { lines { shipsAfter } } }';
    expect((await world.ask(viewer, query, { id: made[1].id })).order.lines).toEqual([
      { shipsAfter: '2026-12-24T16:00:00.000Z' },
    ]);
    await expectBooksToAgree();
  });

  test('by supplier has a part for each as they were when it was placed, and one for goods without any', async () => {
    const { orderId, cup } = await paidOrder(member(newId('member')), 100, ['sup_1']);
    const sku = neighbours.skus.get(cup);
    if (sku) neighbours.skus.set(cup, { ...sku, supplierId: null });
    const { parts: made } = await split(orderId, [], { by: 'SUPPLIER' });
    expect(made.map((one: Answer) => one.lines.map(({ quantity }: Answer) => quantity))).toEqual([[3], [2]]);
    const query = 'query ($id: ID!) { order(id: $id) { lines { supplier { id } } } }';
    const seen = await Promise.all(made.map(({ id }: Answer) => world.ask(clerk, query, { id })));
    expect(seen.map(({ order }) => order.lines)).toEqual([[{ supplier: { id: 'sup_1' } }], [{ supplier: null }]]);
    await expectBooksToAgree();
  });

  test('by supplier is refused when all its goods come from one, and when it went another way in the same moment', async () => {
    const one = await paidOrder(member(newId('member')), 100, ['sup_1', 'sup_1']);
    expect((await split(one.orderId, [], { by: 'SUPPLIER' })).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect(await shop.order(one.viewer, one.orderId)).toMatchObject({ status: 'PAID' });
    const { orderId, cups } = await paidOrder(member(newId('member')), 100, ['sup_1', 'sup_2']);
    const answers = await Promise.allSettled([
      split(orderId, [], { by: 'SUPPLIER' }),
      split(orderId, [[{ orderLineId: cups, quantity: 1 }]]),
    ]);
    const made = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value.parts : []));
    expect(made).toHaveLength(2);
    expect((await stored(orderId)).splitInto).toEqual(made.map(({ id }) => id));
    await expectBooksToAgree();
  });

  test('tells who supplies it to staff, not to its shopper', async () => {
    const { viewer, orderId } = await paidOrder();
    const query = 'query ($id: ID!) { order(id: $id) { lines { supplier { id } } } }';
    expect(await world.errorsOf(viewer, query, { id: orderId })).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  test('is refunded part by part through the payment that paid it, points included', async () => {
    const { viewer, orderId, cups } = await paidOrder();
    const { parts: made } = await split(orderId, [[{ orderLineId: cups, quantity: 3 }]]);
    for (const one of made) expect((await shop.cancel(viewer, one.id)).order).toMatchObject({ status: 'CANCELLED' });
    const { payments } = await shop.order(viewer, orderId);
    expect(payments).toMatchObject([{ amount: { amount: '47.03' }, refunded: { amount: '47.03' } }]);
    const told = await Promise.all(made.map(({ id }: Answer) => world.eventsOf(id)));
    const refunds = told.flat().filter(({ name }) => name === 'order.refunded');
    expect(refunds.map(({ payload }) => payload.pointsBack[0].orderId)).toEqual([orderId, orderId]);
    expect(refunds.reduce((sum, { payload }) => sum + payload.pointsBack[0].points, 0)).toBe(100);
    await expectBooksToAgree();
  });

  test('is refused, and nothing changes, when somebody has begun to pick', async () => {
    const { viewer, orderId, cups } = await paidOrder();
    neighbours.picked.add(orderId);
    const wanted = [[{ orderLineId: cups, quantity: 1 }]];
    expect(await split(orderId, wanted)).toMatchObject({ parts: [], userErrors: [{ state: 'PICKING' }] });
    expect(await shop.order(viewer, orderId)).toMatchObject({ status: 'PAID' });
    expect((await shop.cancel(viewer, orderId)).order.status).toBe('CANCELLED');
  });

  test('whose warehouse gave no answer is kept from any other change and finished by the job', async () => {
    const { viewer, orderId, cups } = await paidOrder();
    neighbours.faults.after.set('logistics.regroupOrders', unreachable('logistics'));
    const wanted = {
      orderId,
      by: 'LINES',
      parts: [{ lines: [{ orderLineId: cups, quantity: 1 }] }],
      idempotencyKey: 'k',
    };
    const document = 'mutation ($input: SplitOrderInput!) { splitOrder(input: $input) { parts { id } } }';
    expect(await world.errorsOf(clerk, document, { input: wanted })).toEqual(['BUSY']);
    const cancelling = 'mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { order { id } } }';
    const input = { orderId, idempotencyKey: newId('request') };
    expect(await world.errorsOf(viewer, cancelling, { input })).toEqual(['BUSY']);
    neighbours.faults.after.clear();
    clock.advance(15_000);
    await Promise.all([1, 2].map(() => world.subgraph.runJob('finish-regroupings')));
    expect((await shop.order(viewer, orderId)).status).toBe('SPLIT');
    expect((await split(orderId, [[{ orderLineId: cups, quantity: 1 }]], { idempotencyKey: 'k' })).parts).toHaveLength(
      2,
    );
    await expectBooksToAgree();
  });

  test('in the same moment as its cancellation is split or cancelled, never both', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { viewer, orderId, cups } = await paidOrder();
      await Promise.allSettled([
        split(orderId, [[{ orderLineId: cups, quantity: 1 }]]),
        shop.cancel(viewer, orderId),
        merge([orderId, (await paidOrder(viewer, 0)).orderId]),
      ]);
      const { status, splitInto, cancellation, mergedInto } = await stored(orderId);
      const ways = [splitInto !== undefined, cancellation !== null, mergedInto !== undefined];
      expect([status, ways.filter(Boolean).length]).toEqual([expect.stringMatching(/SPLIT|CANCELLED|MERGED/), 1]);
    }
    await expectBooksToAgree();
  });

  test.each([
    ['more units than there are', (id: string) => [[{ orderLineId: id, quantity: 4 }]], 'INVALID_INPUT'],
    ['an unknown line', () => [[{ orderLineId: 'orl_none', quantity: 1 }]], 'NOT_FOUND'],
    ['no parts', () => [], 'INVALID_INPUT'],
  ])('is refused for %s', async (_what, wanted, code) => {
    const { orderId, cups } = await paidOrder();
    expect(await split(orderId, wanted(cups))).toMatchObject({ order: null, userErrors: [{ code }] });
  });
});

describe('the books', () => {
  test('tell a cent, a point or a unit that got lost between an order and its parts, or those that it was merged of', async () => {
    const orders = world.db.connection.collection<{ _id: string }>('orders');
    const whole = await paidOrder();
    const { parts: made } = await split(whole.orderId, [[{ orderLineId: whole.cups, quantity: 1 }]]);
    const { order: merged } = await merge(made.map(({ id }: Answer) => id));
    for (const [id, field] of [
      [made[0].id, 'pointsSpent'],
      [made[0].id, 'lines.0.quantity'],
      [merged.id, 'subtotalMinor'],
    ]) {
      await orders.updateOne({ _id: id }, { $inc: { [field]: 1 } });
      const found = (await discrepancies()).map(({ invariant }) => invariant);
      expect(found).toContainEqual(expect.stringMatching(/parts of a split|merged order has/));
      await orders.updateOne({ _id: id }, { $inc: { [field]: -1 } });
    }
    await expectBooksToAgree();
  });
});

describe('merged orders', () => {
  test('are one with all their lines; the freight that it saves goes back, each payment giving its own', async () => {
    const first = await paidOrder();
    const second = await paidOrder(first.viewer, 0);
    neighbours.freightOf.regrouped = 1000;
    const { order, userErrors } = await merge([first.orderId, second.orderId], 'merge-once');
    expect(userErrors).toEqual([]);
    // 47.03 + 48.03 − (16.00 − 10.00)
    expect(order).toMatchObject({ status: 'PAID', total: { amount: '89.06' }, freight: { amount: '10.00' } });
    expect(order.lines.map(({ total }: Answer) => total.amount)).toEqual(['30.03', '9.00', '30.03', '10.00']);
    expect((await merge([first.orderId, second.orderId], 'merge-once')).order).toEqual(order);
    expect((await shop.order(first.viewer, order.id)).refunds).toMatchObject([
      { amount: { amount: '6.00' }, cause: 'ORDER_CHANGED', status: 'SUCCEEDED' },
    ]);
    expect((await shop.order(first.viewer, first.orderId)).status).toBe('MERGED');
    await shop.cancel(first.viewer, order.id);
    for (const { orderId } of [first, second]) {
      const { payments } = await shop.order(first.viewer, orderId);
      expect(payments[0].refunded).toEqual(payments[0].amount);
    }
    await expectBooksToAgree();
  });

  test('never cost more than they did', async () => {
    const first = await paidOrder();
    const second = await paidOrder(first.viewer, 0);
    neighbours.freightOf.regrouped = 9999;
    expect((await merge([first.orderId, second.orderId])).order).toMatchObject({ freight: { amount: '16.00' } });
    expect(await world.eventsOf(first.orderId)).toMatchObject([{}, {}, { name: 'order.merged' }]);
  });

  test('are refused, and stay as they are, when somebody has begun to pick one', async () => {
    const first = await paidOrder();
    const { orderId: picked } = await paidOrder(first.viewer, 0);
    neighbours.picked.add(picked);
    expect((await merge([first.orderId, picked])).userErrors).toMatchObject([{ state: 'PICKING' }]);
    expect((await shop.order(first.viewer, first.orderId)).status).toBe('PAID');
  });

  test('are refused when they are of different people or go to different places', async () => {
    const [mine, theirs] = [await paidOrder(), await paidOrder()];
    expect((await merge([mine.orderId, theirs.orderId])).userErrors).toMatchObject([{ state: 'DIFFERENT_MEMBER' }]);
    const { order: elsewhere } = await shop.place(mine.viewer, {
      lines: [{ skuId: mine.cup, quantity: 1 }],
      address: { ...address, line: '人民路 2 号' },
    });
    expect((await merge([mine.orderId, elsewhere.id])).userErrors).toMatchObject([
      { state: 'PENDING_PAYMENT', path: ['orderIds', '1'] },
    ]);
    await shop.pay(mine.viewer, elsewhere.id);
    expect((await merge([mine.orderId, elsewhere.id])).userErrors).toMatchObject([{ state: 'DIFFERENT_ADDRESS' }]);
    expect((await merge([mine.orderId])).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await merge([mine.orderId, mine.orderId])).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await merge([mine.orderId, 'ord_none'])).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});
