import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { shopIn } from '../testing/documents.ts';
import { member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const shop = shopIn(world);
const clerk = staff('order:read', 'order:write');
const day = 24 * 3_600_000;
const selection = `order { id status hold { reason by at } timeline { status actor note } }
  userErrors { __typename code path ... on InvalidStateError { state } }`;

const put = (orderId: string, reason = '地址有疑问'): Promise<Answer> =>
  shop.mutate(clerk, 'putOrderOnHold', { orderId, reason }, selection);
const release = (orderId: string): Promise<Answer> => shop.mutate(clerk, 'releaseOrderHold', { orderId }, selection);

async function paidOrder() {
  const viewer = member(newId('member'));
  const { id } = await shop.paidOrder(viewer, { skuId: onSale(world.neighbours), quantity: 1 });
  return { viewer, orderId: String(id) };
}

const shipped = (orderId: string) =>
  world.tell('fulfillment.shipped', {
    orderId,
    fulfillmentId: 'ful_1',
    shipmentId: 'shp_1',
    remaining: 0,
    shippedAt: world.clock.now().toISOString(),
  });

describe('an order on hold', () => {
  test('says why to staff, is in the timeline, and the warehouses are told', async () => {
    const { viewer, orderId } = await paidOrder();
    const { order, userErrors } = await put(orderId);
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({ status: 'PAID', hold: { reason: '地址有疑问', by: 'stf_1' } });
    expect(order.timeline.at(-1)).toEqual({ status: 'PAID', actor: 'staff', note: 'ON_HOLD' });
    expect((await release(orderId)).order).toMatchObject({ hold: null });
    expect((await world.eventsOf(orderId)).slice(-2)).toMatchObject([
      { name: 'order.held', version: 3, payload: { orderId, onHold: true } },
      { name: 'order.held', version: 4, payload: { orderId, onHold: false } },
    ]);
    const asShopper = 'query ($id: ID!) { order(id: $id) { hold { reason } } }';
    expect(await world.errorsOf(viewer, asShopper, { id: orderId })).toEqual(['FORBIDDEN']);
  });

  test('is put there once and released once, however many try', async () => {
    const { orderId } = await paidOrder();
    const puts = await Promise.all(Array.from({ length: 5 }, () => put(orderId)));
    const refused = puts.filter(({ order }) => order === null);
    expect(refused).toHaveLength(4);
    expect(refused[0].userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'ON_HOLD', path: ['orderId'] }]);
    const releases = await Promise.all([release(orderId), release(orderId)]);
    expect(releases.filter(({ order }) => order === null)).toHaveLength(1);
    expect((await world.eventsOf(orderId)).filter(({ name }) => name === 'order.held')).toHaveLength(2);
  });

  test('does not complete by itself until it may go on', async () => {
    const { viewer, orderId } = await paidOrder();
    await shipped(orderId);
    await put(orderId);
    world.clock.advance(16 * day);
    await world.subgraph.runJob('complete-shipped-orders');
    expect((await shop.order(viewer, orderId)).status).toBe('SHIPPED');
    await release(orderId);
    await world.subgraph.runJob('complete-shipped-orders');
    expect((await shop.order(viewer, orderId)).status).toBe('COMPLETED');
  });

  test('can still be cancelled, and then not be held any more', async () => {
    const { viewer, orderId } = await paidOrder();
    await put(orderId);
    expect((await shop.cancel(viewer, orderId)).order.status).toBe('CANCELLED');
    await release(orderId);
    expect((await put(orderId)).userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'CANCELLED' }]);
  });

  test.each([
    ['an unknown order', () => put('ord_none'), 'NOT_FOUND'],
    ['no reason', async () => put((await paidOrder()).orderId, '  '), 'INVALID_INPUT'],
    ['a reason of 201 characters', async () => put((await paidOrder()).orderId, 'x'.repeat(201)), 'INVALID_INPUT'],
    ['releasing what is not held', async () => release((await paidOrder()).orderId), 'INVALID_STATE'],
  ])('is refused for %s', async (_what, act, code) => {
    expect(await act()).toMatchObject({ order: null, userErrors: [{ code }] });
  });

  test('is nothing that shoppers, or staff who only read, can ask for', async () => {
    const { viewer, orderId } = await paidOrder();
    const document = 'mutation ($id: ID!) { putOrderOnHold(input: { orderId: $id, reason: "x" }) { order { id } } }';
    for (const who of [viewer, staff('order:read')])
      expect(await world.errorsOf(who, document, { id: orderId })).toEqual(['FORBIDDEN']);
  });
});
