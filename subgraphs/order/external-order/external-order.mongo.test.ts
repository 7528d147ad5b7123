import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import type { Order } from '../order/domain/order.ts';
import { shopIn } from '../testing/documents.ts';
import { address, guest, member, onSale, orderWorld, partner, staff, type Answer } from '../testing/order-world.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';

import { createOrderChangeFeed } from './store/order-change-feed.ts';

const world = orderWorld();
const { neighbours } = world;
const shop = shopIn(world);
const cny = (amount: string) => ({ amount, currency: 'CNY' });

function orderOf(skuId: string, more: Record<string, unknown> = {}) {
  return {
    system: 'tmall',
    externalId: newId('request'),
    placedAt: '2026-11-22T07:00:00Z',
    address,
    lines: [{ skuCode: `C-${skuId}`, quantity: 2, unitPrice: cny('9.00') }],
    total: cny('26.00'),
    paid: true,
    ...more,
  };
}
const bring = (viewer: Viewer, input: Record<string, unknown>): Promise<Answer> =>
  shop.mutate(
    viewer,
    'importExternalOrder',
    input,
    'order { id number status freight { amount } total { amount } externalRef { system id } payments { provider status } } userErrors { __typename code message path }',
  );
const changes = async (viewer: Viewer, since: string | null, first = 100): Promise<Answer> =>
  (
    await world.ask(
      viewer,
      'query ($since: String, $first: Int!) { orderChanges(since: $since, first: $first) { cursor hasMore changes { at orderId number status externalRef { system id } } } }',
      { since, first },
    )
  ).orderChanges;

describe('a partner’s order', () => {
  test('that is paid reserves its goods and goes to the warehouses, at the partner’s prices', async () => {
    const [tom, skuId] = [partner('ptn_tom'), onSale(neighbours, { units: 10 })];
    const input = orderOf(skuId);
    const { order, userErrors } = await bring(tom, input);
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({
      status: 'PAID',
      freight: { amount: '8.00' },
      total: { amount: '26.00' },
      externalRef: { system: 'tmall', id: input.externalId },
      payments: [{ provider: 'EXTERNAL', status: 'SUCCEEDED' }],
    });
    expect(neighbours.stock.get(skuId)).toBe(8);
    expect(await world.eventsOf(order.id)).toMatchObject([
      { name: 'order.placed' },
      { name: 'order.paid', payload: { memberId: null, goodsMinor: 1800, totalMinor: 2600 } },
    ]);
    expect((await shop.order(tom, order.id)).id).toBe(order.id);
    for (const other of [partner('ptn_eve'), member(newId('member'))])
      expect(await shop.order(other, order.id)).toBeNull();
  });

  test('is taken once, ten times at once or an hour later; with another content it is a conflict', async () => {
    const [tom, skuId] = [partner('ptn_tom'), onSale(neighbours, { units: 10 })];
    const input = orderOf(skuId);
    const taken = await Promise.all(Array.from({ length: 10 }, () => bring(tom, input)));
    expect(new Set(taken.map(({ order }) => order.id)).size).toBe(1);
    expect(neighbours.stock.get(skuId)).toBe(8);
    world.clock.advance(3_600_000);
    expect((await bring(tom, input)).order.id).toBe(taken[0].order.id);
    expect(await bring(tom, { ...input, total: cny('27.00') })).toMatchObject({
      order: null,
      userErrors: [{ __typename: 'IdempotencyConflictError', code: 'IDEMPOTENCY_CONFLICT' }],
    });
    expect((await bring(partner('ptn_eve'), input)).order.id).not.toBe(taken[0].order.id);
  });

  test('that is short of stock keeps nothing and can be sent again', async () => {
    const [tom, skuId] = [partner('ptn_tom'), onSale(neighbours, { units: 1 })];
    const input = orderOf(skuId);
    expect(await bring(tom, input)).toMatchObject({
      order: null,
      userErrors: [{ __typename: 'InsufficientStockError', code: 'INSUFFICIENT_STOCK', path: ['lines'] }],
    });
    expect(neighbours.stock.get(skuId)).toBe(1);
    neighbours.stock.set(skuId, 5);
    expect((await bring(tom, input)).order.status).toBe('PAID');
    expect(neighbours.stock.get(skuId)).toBe(3);
  });

  test('that isn’t paid yet waits for the partner', async () => {
    expect((await bring(partner('ptn_tom'), orderOf(onSale(neighbours), { paid: false }))).order).toMatchObject({
      status: 'PENDING_PAYMENT',
      payments: [],
    });
  });

  test('with an unknown code, a wrong total, or half a fen is refused there', async () => {
    const skuId = onSale(neighbours);
    const refusalOf = async (more: Record<string, unknown>) =>
      (await bring(partner('ptn_tom'), orderOf(skuId, more))).userErrors;
    const line = { skuCode: `C-${skuId}`, quantity: 2, unitPrice: cny('9.00') };
    expect(await refusalOf({ lines: [line, { ...line, skuCode: 'NO' }] })).toMatchObject([
      { __typename: 'InvalidInputError', path: ['total'] },
    ]);
    expect(await refusalOf({ lines: [{ ...line, skuCode: 'NO' }] })).toMatchObject([
      { __typename: 'SkuUnavailableError', code: 'SKU_UNAVAILABLE', path: ['lines', '0', 'skuCode'] },
    ]);
    expect(await refusalOf({ total: cny('17.99') })).toMatchObject([{ code: 'INVALID_INPUT', path: ['total'] }]);
    expect(await refusalOf({ total: cny('26.001') })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['total', 'amount'] },
    ]);
    expect(await refusalOf({ total: { amount: '26.00', currency: 'USD' } })).toMatchObject([
      { code: 'CURRENCY_MISMATCH' },
    ]);
    expect(await refusalOf({ lines: [{ ...line, quantity: 0 }] })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['lines', '0', 'quantity'] },
    ]);
  });

  test('is for partners with the scope', async () => {
    const query =
      'mutation ($input: ImportExternalOrderInput!) { importExternalOrder(input: $input) { order { id } } }';
    const input = orderOf(onSale(neighbours));
    expect(await world.errorsOf(guest(), query, { input })).toEqual(['UNAUTHENTICATED']);
    expect(await world.errorsOf(member('mbr_1'), query, { input })).toEqual(['FORBIDDEN']);
    expect(await world.errorsOf(staff('partner:orders'), query, { input })).toEqual(['FORBIDDEN']);
  });
});

describe('the feed of changes', () => {
  test('tells every change of a partner’s orders once, in order, page by page, and of nobody else’s', async () => {
    const [tom, skuId] = [partner(newId('partner')), onSale(neighbours)];
    const { order: first } = await bring(tom, orderOf(skuId));
    await bring(partner(newId('partner')), orderOf(skuId));
    const begin = await changes(tom, null, 1);
    expect(begin).toMatchObject({ hasMore: true, changes: [{ orderId: first.id, status: 'PENDING_PAYMENT' }] });
    const next = await changes(tom, begin.cursor, 1);
    expect(next).toMatchObject({
      hasMore: false,
      changes: [{ orderId: first.id, number: first.number, status: 'PAID', externalRef: { system: 'tmall' } }],
    });
    const end = await changes(tom, next.cursor);
    expect(end).toEqual({ cursor: next.cursor, hasMore: false, changes: [] });
    const { order: second } = await bring(tom, orderOf(skuId, { paid: false }));
    expect((await changes(tom, end.cursor)).changes).toMatchObject([{ orderId: second.id, status: 'PENDING_PAYMENT' }]);
  });

  test('loses and repeats nothing for readers who read while orders are written', async () => {
    const [tom, skuId] = [partner(newId('partner')), onSale(neighbours, { units: 500 })];
    let writing = true;
    const follow = async (): Promise<string[]> => {
      const seen: string[] = [];
      let since: string | null = null;
      for (;;) {
        const last = !writing;
        const page = await changes(tom, since, 7);
        since = page.cursor;
        seen.push(...page.changes.map((change: Answer) => `${change.orderId} ${change.status}`));
        if (last && !page.hasMore) return seen;
      }
    };
    const readers = [follow(), follow(), follow()];
    const brought = await Promise.all(
      Array.from({ length: 40 }, () =>
        bring(tom, orderOf(skuId, { lines: [{ skuCode: `C-${skuId}`, quantity: 1, unitPrice: cny('9.00') }] })),
      ),
    );
    writing = false;
    const [one, two, three] = await Promise.all(readers);
    expect(one).toHaveLength(80);
    expect(new Set(one).size).toBe(80);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    for (const { order } of brought)
      expect(one?.indexOf(`${order.id} PENDING_PAYMENT`)).toBeLessThan(one?.indexOf(`${order.id} PAID`) ?? -1);
  });

  test('numbers changes without a gap, however many give out numbers while others write', async () => {
    const feed = createOrderChangeFeed(world.db.connection);
    const tom = partner(newId('partner'));
    const { order } = await bring(tom, orderOf(onSale(neighbours)));
    const stored = await world.db.connection.collection<Order>('orders').findOne({ _id: order.id });
    if (stored === null) throw new Error('the order is gone');
    const write = (moves: number) =>
      inTransaction(world.db.connection, (session) =>
        feed.append(session, { ...stored, _id: `ord_${moves}`, timeline: Array(moves).fill(null) }, world.clock.now()),
      );
    for (let round = 0; round < 5; round += 1) {
      const writers = Array.from({ length: 30 }, (_, index) => write(index + 1));
      await Promise.all([...writers, ...Array.from({ length: 10 }, () => feed.settle())]);
    }
    await feed.settle();
    const rows = await feed.changes(0, 10_000, null).exec();
    expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, index) => index + 1));
    expect(rows.length).toBeGreaterThan(150);
  });

  test('is read by staff as a whole, by nobody else, and refuses foreign cursors and sizes', async () => {
    const query = 'query ($since: String, $first: Int!) { orderChanges(since: $since, first: $first) { cursor } }';
    expect((await changes(staff('order:read'), null, 3)).changes).toHaveLength(3);
    expect(await world.errorsOf(member('mbr_1'), query, { first: 1 })).toEqual(['FORBIDDEN']);
    expect(await world.errorsOf(partner('ptn_1'), query, { first: 1, since: 'x' })).toEqual(['BAD_USER_INPUT']);
    for (const first of [0, -1, 101])
      expect(await world.errorsOf(partner('ptn_1'), query, { first })).toEqual(['BAD_USER_INPUT']);
  });
});
