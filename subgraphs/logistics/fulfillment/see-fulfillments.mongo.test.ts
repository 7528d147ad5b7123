import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { central } from '../fixtures/small-network.ts';
import { viewers } from '../fixtures/viewers.ts';
import { stepsIn } from '../fixtures/take-step.ts';

const world = logisticsWorld(testDatabase());
const take = stepsIn(world);

describe('seeing fulfillments', () => {
  const ofOrder = `query ($order: _Any!) { _entities(representations: [$order]) { ... on Order { fulfillments { id lines { bin } } } } }`;

  test('of an order is for its member and for staff; for others there are none', async () => {
    const fulfillmentId = await world.allocated('ord_mine', { mine: 1 });
    const order = { __typename: 'Order', id: 'ord_mine' };
    const seenBy = async (viewer: typeof viewers.guest) => {
      const data = await world.graph<{ _entities: { fulfillments: { id: string }[] }[] }>(
        ofOrder.replace('lines { bin }', ''),
        { order },
        viewer,
      );
      return data._entities[0]?.fulfillments.map((one) => one.id);
    };
    expect(await seenBy(viewers.member)).toEqual([fulfillmentId]);
    expect(await seenBy(viewers.staff)).toEqual([fulfillmentId]);
    expect(await seenBy(viewers.otherMember)).toEqual([]);
    expect(await seenBy(viewers.guest)).toEqual([]);
    expect(await seenBy(viewers.carrier)).toEqual([]);
  });

  test('by id or as an entity obeys the same rule: somebody else’s is like one that isn’t there', async () => {
    const id = await world.allocated('ord_entity', { entity: 1 });
    const document = `query ($id: ID!, $one: _Any!) { fulfillment(id: $id) { id } _entities(representations: [$one]) { ... on Fulfillment { id } } }`;
    const ask = (asked: string, viewer: typeof viewers.guest) =>
      world.graph(document, { id: asked, one: { __typename: 'Fulfillment', id: asked } }, viewer);
    expect(await ask(id, viewers.member)).toEqual({ fulfillment: { id }, _entities: [{ id }] });
    expect(await ask(id, viewers.otherMember)).toEqual({ fulfillment: null, _entities: [null] });
    expect(await ask('ful_nobody', viewers.otherMember)).toEqual({ fulfillment: null, _entities: [null] });
  });

  test('shows the bin to warehouse staff only', async () => {
    await world.allocated('ord_bin', { bin: 1 });
    const order = { order: { __typename: 'Order', id: 'ord_bin' } };
    await expect(world.graph(ofOrder, order, viewers.member)).rejects.toThrow('FORBIDDEN');
    expect(await world.graph(ofOrder, order)).toMatchObject({
      _entities: [{ fulfillments: [{ lines: [{ bin: expect.stringMatching(/^[A-H]-/) }] }] }],
    });
  });
});

describe('the pick queue', () => {
  const queue = `query ($filter: FulfillmentFilter, $first: Int!, $after: String) {
    fulfillments(filter: $filter, first: $first, after: $after) {
      totalCount nodes { id status order { id } warehouse { code } } pageInfo { hasNextPage endCursor } } }`;
  interface Queue {
    fulfillments: {
      totalCount: number;
      nodes: { id: string; status: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  }

  test('lists the oldest first in pages, by warehouse and status', async () => {
    await world.doors.loadNetwork(
      { carriers: [], warehouses: [{ ...central, code: 'QUEUE', channels: ['store'] }] },
      world.asOrder,
    );
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const orderId = `ord_queue_${n}`;
      await world.receive('QUEUE', { queue: 1 });
      await world.reserve(orderId, { queue: 1 }, { channel: 'store' });
      await world.tell('order.paid', { ...world.paid(orderId, { queue: 1 }), channel: 'store' });
      ids.push((await world.stores.fulfillments.byOrders([orderId]))[0]?.id ?? '');
    }
    await take('pickFulfillment', { fulfillmentId: ids[1] });
    await world.ship(ids[4] ?? '', 'QUEUE-4');
    const filter = { warehouseCode: 'QUEUE', status: ['ALLOCATED', 'PICKING', 'PACKED'] };
    const first = await world.graph<Queue>(queue, { filter, first: 3 });
    expect(first.fulfillments.totalCount).toBe(4);
    expect(first.fulfillments.nodes.map((node) => [node.id, node.status])).toEqual([
      [ids[0], 'ALLOCATED'],
      [ids[1], 'PICKING'],
      [ids[2], 'ALLOCATED'],
    ]);
    const after = first.fulfillments.pageInfo.endCursor;
    const second = await world.graph<Queue>(queue, { filter, first: 3, after });
    expect(second.fulfillments.nodes.map((node) => node.id)).toEqual([ids[3]]);
    expect(second.fulfillments.pageInfo.hasNextPage).toBe(false);
    const shipped = await world.graph<Queue>(queue, {
      filter: { orderId: 'ord_queue_4', status: ['SHIPPED'] },
      first: 9,
    });
    expect(shipped.fulfillments.nodes.map((node) => node.id)).toEqual([ids[4]]);
    const nowhere = await world.graph<Queue>(queue, { filter: { warehouseCode: 'NOWHERE' }, first: 9 });
    expect(nowhere.fulfillments).toMatchObject({ totalCount: 0, nodes: [] });
    await expect(world.graph(queue, { first: 101 })).rejects.toThrow('BAD_USER_INPUT');
    await expect(world.graph(queue, { first: 9 }, viewers.member)).rejects.toThrow('FORBIDDEN');
  });
});
