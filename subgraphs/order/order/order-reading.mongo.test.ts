import { beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { explainOf, type Explainable } from '#kit/mongo/explain.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { shopIn } from '../testing/documents.ts';
import { guest, member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';
import { day, doorsOf, pastOrder } from '../testing/past-orders.ts';
import { createStores } from '../wire-stores.ts';

const world = orderWorld();
const { neighbours } = world;
const shop = shopIn(world);
const mia = member(newId('member'));
const clerk = staff('order:read', 'order:write');
const doors = doorsOf(world);
const system = { viewer: systemViewer('test'), requestId: 'req_1' };

beforeAll(async () => {
  const statuses = ['COMPLETED', 'CANCELLED', 'CLOSED', 'PAID', 'PARTIALLY_SHIPPED'];
  const orders = Array.from({ length: 25 }, (_, index) =>
    pastOrder(mia.id, index + 1, statuses[index % 5] ?? 'PAID', index % 5 === 2 ? {} : { paidAt: day(index + 1, 1) }),
  );
  await doors.loadOrders({ orders }, system);
});

describe('the orders of a member', () => {
  const document = `query ($representations: [_Any!]!, $first: Int, $after: String, $status: [OrderStatus!]) { _entities(representations: $representations) { ... on Member {
    orders(first: $first, after: $after, status: $status) { totalCount pageInfo { hasNextPage endCursor } nodes { id status placedAt } } } } }`;
  const page = async (viewer = mia, variables: object = {}): Promise<Answer> =>
    (
      await world.ask(viewer, document, {
        representations: [{ __typename: 'Member', id: mia.id }],
        first: 10,
        ...variables,
      })
    )._entities[0].orders;

  test('come newest first, page by page, each once', async () => {
    const seen: Answer[] = [];
    let after: string | null = null;
    for (;;) {
      const { nodes, pageInfo, totalCount } = await page(mia, { after });
      expect(totalCount).toBe(25);
      seen.push(...nodes);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen.map((order) => order.placedAt)).toEqual(Array.from({ length: 25 }, (_, index) => day(25 - index)));
    expect(new Set(seen.map((order) => order.id)).size).toBe(25);
  });

  test('can be asked for by state', async () => {
    const { totalCount, nodes } = await page(mia, { status: ['PAID', 'PARTIALLY_SHIPPED'], first: 3 });
    expect(totalCount).toBe(10);
    expect(nodes.map((order: Answer) => order.status)).toEqual(['PARTIALLY_SHIPPED', 'PAID', 'PARTIALLY_SHIPPED']);
  });

  test('are nobody else’s to see, except staff’s', async () => {
    expect(await page(member(newId('member')))).toBeNull();
    expect(await page(guest())).toBeNull();
    expect(await page(staff('catalog:write'))).toBeNull();
    expect((await page(clerk)).totalCount).toBe(25);
  });

  test.each([0, -1, 101])('with first %p are BAD_USER_INPUT', async (first) => {
    const representations = [{ __typename: 'Member', id: mia.id }];
    expect(await world.errorsOf(mia, document, { representations, first })).toEqual(['BAD_USER_INPUT']);
  });
});

describe('all orders', () => {
  const document =
    'query ($filter: OrderFilter) { orders(filter: $filter, first: 100) { totalCount nodes { status } } }';

  test('are for staff, by state, channel, member and time', async () => {
    const filter = { memberId: mia.id, channel: 'web', status: ['CLOSED'], placedFrom: day(3), placedBefore: day(13) };
    expect((await world.ask(clerk, document, { filter })).orders).toEqual({
      totalCount: 2,
      nodes: [{ status: 'CLOSED' }, { status: 'CLOSED' }],
    });
    expect(await world.errorsOf(mia, document)).toEqual(['FORBIDDEN']);
    expect(await world.errorsOf(guest(), document)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('an order that was split', () => {
  test('is left out of lists and totals beside its parts, unless it is asked for by its state', async () => {
    const kim = member(newId('member'));
    const order = await shop.paidOrder(
      kim,
      { skuId: onSale(neighbours), quantity: 1 },
      { skuId: onSale(neighbours), quantity: 2 },
    );
    const parts = [{ lines: [{ orderLineId: order.lines[0].id, quantity: 1 }] }];
    const input = { orderId: order.id, by: 'LINES', parts, idempotencyKey: newId('request') };
    const split = await shop.mutate(clerk, 'splitOrder', input, 'parts { id } userErrors { code }');
    expect(split.userErrors).toEqual([]);
    const made = split.parts.map(({ id }: Answer) => id).toSorted();
    const document = `query ($filter: OrderFilter, $representations: [_Any!]!, $status: [OrderStatus!]) {
      orders(filter: $filter) { totalCount nodes { id } }
      _entities(representations: $representations) { ... on Member { orders(first: 1, status: $status) { totalCount nodes { id } } } } }`;
    const seen = async (status?: string[]) => {
      const representations = [{ __typename: 'Member', id: kim.id }];
      const { orders, _entities } = await world.ask(clerk, document, {
        filter: { memberId: kim.id, status },
        representations,
        status,
      });
      return { orders: orders.nodes.map(({ id }: Answer) => id).toSorted(), own: _entities[0].orders.totalCount };
    };
    expect(await seen()).toEqual({ orders: made, own: 2 });
    expect(await seen(['SPLIT'])).toEqual({ orders: [order.id], own: 1 });
    const { order: merged } = await shop.mutate(
      clerk,
      'mergeOrders',
      { orderIds: made, idempotencyKey: newId('request') },
      'order { id }',
    );
    expect(await seen()).toEqual({ orders: [merged.id], own: 1 });
    expect((await seen(['SPLIT', 'MERGED'])).own).toBe(3);
  });
});

describe('references from other subgraphs', () => {
  const document =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on Order { id number } ... on Payment { status } ... on AfterSale { kind } ... on Cart { id } } }';

  test('obey the same rules as the queries', async () => {
    const order = await shop.paidOrder(mia, { skuId: onSale(neighbours), quantity: 1 });
    const cart = await shop.cart(mia, { skuId: onSale(neighbours), quantity: 1 });
    const representations = [
      { __typename: 'Order', id: order.id },
      { __typename: 'Order', number: order.number },
      { __typename: 'Payment', id: order.payments[0].id },
      { __typename: 'Cart', id: cart.id },
      { __typename: 'AfterSale', id: 'afs_no' },
      { __typename: 'Order', id: 'ord_no' },
    ];
    const seenBy = async (viewer: typeof mia): Promise<Answer> =>
      (await world.ask(viewer, document, { representations }))._entities;
    const shown = { __typename: 'Order', id: order.id, number: order.number };
    expect(await seenBy(mia)).toEqual([
      shown,
      shown,
      { __typename: 'Payment', status: 'SUCCEEDED' },
      { __typename: 'Cart', id: cart.id },
      null,
      null,
    ]);
    expect(await seenBy(member(newId('member')))).toEqual([null, null, null, null, null, null]);
    expect(await seenBy(guest())).toEqual([null, null, null, null, null, null]);
    expect((await seenBy(staff('fulfillment:write'))).slice(0, 2)).toEqual([shown, shown]);
  });
});

describe('what reading costs', () => {
  test('a whole order is one query for each collection, and so are twenty', async () => {
    const order = await shop.paidOrder(mia, { skuId: onSale(neighbours), quantity: 1 });
    const reads: string[] = [];
    const counted = await world.restart({ reads });
    const parts =
      'id status total { amount } lines { sku { id } } payments { id } refunds { id } afterSales { id } timeline { at }';
    const detail = `query ($id: ID!) { order(id: $id) { ${parts} } }`;
    const list = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Member { orders(first: 20) { nodes { ${parts} } } } } }`;
    for (const [query, variables] of [
      [detail, { id: order.id }],
      [list, { representations: [{ __typename: 'Member', id: mia.id }] }],
    ] as const) {
      reads.length = 0;
      const { errors } = await counted.execute({ query, variables }, { viewer: mia, requestId: 'req_1' });
      expect(errors).toBeUndefined();
      expect(reads.toSorted()).toEqual(['afterSales', 'orders', 'payments', 'refunds']);
    }
  });

  const stores = createStores(world.db.connection, createOutbox(world.db.connection, { source: 'order' }));
  const now = new Date('2026-11-22T08:00:00Z');
  const after = [now, 'ord_1'];
  test.each<[string, () => Explainable]>([
    ['a member’s orders', () => stores.orderLists.page({ memberId: 'mbr_1' }, 10, after)],
    [
      'a member’s orders of one state',
      () => stores.orderLists.page({ memberId: 'mbr_1', status: ['PAID'] }, 10, after),
    ],
    [
      'a member’s orders of several states',
      () => stores.orderLists.page({ memberId: 'mbr_1', status: ['PAID', 'SHIPPED'] }, 10, null),
    ],
    ['all orders', () => stores.orderLists.page({}, 10, after)],
    ['all orders of one state', () => stores.orderLists.page({ status: ['PAID'] }, 10, null)],
    ['all orders of a channel', () => stores.orderLists.page({ channel: 'web' }, 10, after)],
    ['all orders of a time', () => stores.orderLists.page({ placedFrom: now, placedBefore: now }, 10, null)],
    ['the feed of a partner', () => stores.feed.changes(5, 10, 'ptn_1')],
    ['the feed of all', () => stores.feed.changes(5, 10, null)],
  ])('%s come from an index in their order', async (_name, query) => {
    const { collectionScan, inMemorySort, indexUsed } = await explainOf(query());
    expect({ collectionScan, inMemorySort }).toEqual({ collectionScan: false, inMemorySort: false });
    expect(indexUsed).not.toBeNull();
  });

  test.each<[string, string, object, object]>([
    [
      'stale placings',
      'orders',
      { status: 'PLACING', 'placing.leaseUntil': { $lte: now } },
      { 'placing.leaseUntil': 1 },
    ],
    ['unpaid orders', 'orders', { status: 'PENDING_PAYMENT', expiresAt: { $lte: now } }, { expiresAt: 1 }],
    [
      'shipped orders',
      'orders',
      { visible: true, status: { $in: ['SHIPPED', 'DELIVERED'] }, shippedAt: { $lte: now } },
      {},
    ],
    ['begun cancellations', 'orders', { status: 'PAID', 'cancellation.requestedAt': { $lte: now } }, {}],
    ['a placement', 'orders', { placementId: 'req_1' }, {}],
    [
      'pending refunds',
      'refunds',
      { status: 'PENDING', createdAt: { $lte: now }, 'task.askAt': { $not: { $gt: now } } },
      { 'task.askAt': 1, createdAt: 1 },
    ],
    [
      'payments of a day',
      'payments',
      { provider: 'WECHAT_PAY', status: 'SUCCEEDED', settledAt: { $gte: now, $lt: now } },
      {},
    ],
    ['refunds of a day', 'refunds', { status: 'SUCCEEDED', settledAt: { $gte: now, $lt: now } }, {}],
    ['payments to ask about', 'payments', { 'task.askAt': { $exists: true, $lte: now } }, { 'task.askAt': 1 }],
    ['a member’s cart', 'carts', { memberId: 'mbr_1', channel: 'web' }, {}],
    ['changes without a place', 'orderChanges', { pending: true }, { _id: 1 }],
  ])('what jobs and actions look for (%s) is found by an index', async (_name, collection, filter, sort) => {
    const query = world.db.connection
      .collection(collection)
      .find(filter)
      .sort(sort as never);
    const { collectionScan, inMemorySort } = await explainOf(query);
    expect({ collectionScan, inMemorySort }).toEqual({ collectionScan: false, inMemorySort: false });
  });
});
