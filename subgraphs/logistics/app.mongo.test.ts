import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from './fixtures/logistics-world.ts';
import { viewers } from './fixtures/viewers.ts';

const world = logisticsWorld(testDatabase());

const availability = `query ($sku: _Any!) { _entities(representations: [$sku]) {
  ... on Sku { availability { status sellable } deliveryPromise(region: "浙江省") { earliest latest warehouse { code name } } }
} }`;

describe('logistics', () => {
  test('takes an order from the receipt of goods to its delivery', async () => {
    await world.receive('SH-C1', { thread: 5 });
    const sku = { __typename: 'Sku', id: 'sku_thread' };
    expect(await world.graph(availability, { sku }, viewers.guest)).toEqual({
      _entities: [
        {
          availability: { status: 'LOW_STOCK', sellable: 5 },
          deliveryPromise: {
            earliest: '2026-06-19T01:00:00.000Z',
            latest: '2026-06-20T13:00:00.000Z',
            warehouse: { code: 'SH-C1', name: 'Shanghai central' },
          },
        },
      ],
    });

    expect(await world.reserve('ord_thread', { thread: 2 })).toMatchObject({ ok: true });
    expect(await world.level('SH-C1', 'thread')).toEqual([5, 2, 0, 0]);
    await world.tell('order.paid', world.paid('ord_thread', { thread: 2 }));
    const [fulfillment] = await world.stores.fulfillments.byOrders(['ord_thread']);
    expect(fulfillment).toMatchObject({ stage: 'ALLOCATED', memberId: 'mbr_1', orderNumber: 'N-ord_thread' });
    expect(await world.told('ord_thread')).toEqual([
      ['fulfillment.allocated', { orderId: 'ord_thread', fulfillmentIds: [fulfillment?.id] }],
    ]);

    const input = { fulfillmentId: fulfillment?.id };
    const take = (mutation: string, more: object = {}) => {
      const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
      const document = `mutation ($input: ${name}!) { ${mutation}(input: $input) {
        fulfillment { status shipment { status trackingNumber } } userErrors { code path } } }`;
      return world.graph(document, { input: { ...input, ...more, idempotencyKey: mutation } });
    };
    const at = (status: string, shipment: object | null = null) => ({
      fulfillment: { status, shipment },
      userErrors: [],
    });
    expect(await take('startPicking')).toEqual({ startPicking: at('PICKING') });
    expect(await take('pickFulfillment')).toEqual({ pickFulfillment: at('PICKING') });
    expect(await take('packFulfillment')).toEqual({ packFulfillment: at('PACKED') });
    expect(await take('shipFulfillment', { carrierCode: 'SF', trackingNumber: 'SF-THREAD' })).toEqual({
      shipFulfillment: at('SHIPPED', { status: 'LABELLED', trackingNumber: 'SF-THREAD' }),
    });
    expect(await world.level('SH-C1', 'thread')).toEqual([3, 0, 0, 0]);

    world.clock.advance(3_600_000);
    const event = {
      trackingNumber: 'SF-THREAD',
      status: 'DELIVERED',
      at: '2026-06-18T03:00:00Z',
      description: '已签收',
    };
    await world.graph(
      'mutation ($input: RecordTrackingEventInput!) { recordTrackingEvent(input: $input) { shipment { status } } }',
      { input: event },
    );
    expect((await world.stores.fulfillments.byOrders(['ord_thread']))[0]?.stage).toBe('DELIVERED');
    expect((await world.told('ord_thread')).map(([name]) => name)).toEqual([
      'fulfillment.allocated',
      'fulfillment.shipped',
      'shipment.delivered',
    ]);
    expect(await world.discrepancies()).toEqual([]);
  });
});
