import { beforeEach, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { refusal, stepsIn } from '../fixtures/take-step.ts';
import { viewers } from '../fixtures/viewers.ts';

const world = logisticsWorld(testDatabase());
const take = stepsIn(world);
const christmas = '2026-12-25T00:00:00.000Z';
const newYear = '2027-01-01T00:00:00.000Z';

beforeEach(() => world.clock.set('2026-06-18T02:00:00Z'));

/** A paid order of which some goods may not be sent at once; its fulfillment. */
async function paidWith(orderId: string, shipDates: Record<string, string | undefined>): Promise<string> {
  const quantities = Object.fromEntries(Object.keys(shipDates).map((name) => [name, 1]));
  await world.receive('SH-C1', quantities);
  await world.reserve(orderId, quantities);
  const paid = world.paid(orderId, quantities);
  const lines = paid.lines.map((line) => {
    const shipsAfter = shipDates[line.skuId.replace('sku_', '')];
    return { ...line, ...(shipsAfter === undefined ? {} : { shipsAfter }) };
  });
  await world.tell('order.paid', { ...paid, lines });
  const [fulfillment] = await world.stores.fulfillments.byOrders([orderId]);
  return fulfillment?.id ?? '';
}

const shown = async (id: string) => {
  const document = 'query ($id: ID!) { fulfillment(id: $id) { status shipsAfter } }';
  const { fulfillment } = await world.graph<{ fulfillment: unknown }>(document, { id }, viewers.staff);
  return fulfillment;
};

describe('a fulfillment of goods that may not be sent yet', () => {
  test('says when, and is not picked before', async () => {
    const fulfillmentId = await paidWith('ord_early', { tree: christmas });
    expect(await shown(fulfillmentId)).toEqual({ status: 'ALLOCATED', shipsAfter: christmas });
    const early = refusal('TOO_EARLY', ['fulfillmentId'], { __typename: 'TooEarlyError' });
    world.clock.set('2026-12-24T23:59:59.999Z');
    expect(await take('startPicking', { fulfillmentId })).toEqual(early);
    expect(await take('pickFulfillment', { fulfillmentId })).toEqual(early);
    expect(await shown(fulfillmentId)).toEqual({ status: 'ALLOCATED', shipsAfter: christmas });
    world.clock.set(christmas);
    expect((await take('startPicking', { fulfillmentId })).fulfillment?.status).toBe('PICKING');
    expect((await take('pickFulfillment', { fulfillmentId })).userErrors).toEqual([]);
    expect((await take('packFulfillment', { fulfillmentId })).fulfillment?.status).toBe('PACKED');
  });

  test('waits for the last of them, with what could go at once', async () => {
    const fulfillmentId = await paidWith('ord_mixed', { mug: undefined, tree: christmas, rocket: newYear });
    expect(await shown(fulfillmentId)).toEqual({ status: 'ALLOCATED', shipsAfter: newYear });
  });

  test('is like any other without such goods', async () => {
    const fulfillmentId = await paidWith('ord_plain', { mug: undefined });
    expect(await shown(fulfillmentId)).toEqual({ status: 'ALLOCATED', shipsAfter: null });
    expect((await take('pickFulfillment', { fulfillmentId })).userErrors).toEqual([]);
  });

  test('can be stopped at any time', async () => {
    await paidWith('ord_stopped', { tree: christmas });
    await world.tell('order.cancelled', world.cancelled('ord_stopped'));
    const [fulfillment] = await world.stores.fulfillments.byOrders(['ord_stopped']);
    expect(fulfillment?.stage).toBe('CANCELLED');
  });

  test('leaves each order its own date when the order is split', async () => {
    await paidWith('ord_whole', { mug: undefined, tree: christmas });
    const lineOf = (name: string) => `orl_ord_whole_${name}`;
    const part = (orderId: string, name: string) => ({
      ...{ orderId, number: `N-${orderId}`, memberId: 'mbr_1', channel: 'web', region: '上海市' },
      lines: [{ fromLineId: lineOf(name), orderLineId: lineOf(name), quantity: 1 }],
    });
    const to = [part('ord_mug', 'mug'), part('ord_tree', 'tree')];
    expect(await world.regrouping.regroupOrders({ from: ['ord_whole'], to }, world.asOrder)).toMatchObject({
      ok: true,
    });
    const made = await world.stores.fulfillments.byOrders(['ord_mug', 'ord_tree']);
    expect(made.map(({ orderId, shipsAfter }) => [orderId, shipsAfter?.toISOString() ?? null])).toEqual([
      ['ord_mug', null],
      ['ord_tree', christmas],
    ]);
  });
});
