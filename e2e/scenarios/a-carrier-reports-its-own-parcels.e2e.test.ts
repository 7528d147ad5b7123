import { beforeAll, expect, test } from '@jest/globals';
import { OrderDetailDocument, RecordTrackingEventDocument } from '../__generated__/operations.ts';
import { errorCodesOf, type Client } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';

inBothTopologies('a carrier reports its own parcels', (graph) => {
  let shop: Shop;
  let shopper: Shopper;
  let order: { readonly id: string };
  let trackingNumber: string;
  const carriers: { sf?: Client; zto?: Client } = {};
  beforeAll(async () => {
    shop = await aShop(graph);
    const product = await shop.product({ price: '30.00', stock: 5 });
    shopper = await shop.shopper();
    order = await shopper.places([{ skuId: product.sku.id, quantity: 1 }]);
    await shopper.pays(order);
    trackingNumber = await shop.warehouse.sends(order);
    carriers.sf = await shop.partner(['partner:tracking'], 'SF');
    carriers.zto = await shop.partner(['partner:tracking'], 'ZTO');
  });

  const reports = (by: Client | undefined, more: object = {}) =>
    by?.send(RecordTrackingEventDocument, {
      input: { trackingNumber, status: 'IN_TRANSIT', at: new Date().toISOString(), description: '运输中', ...more },
    });

  test('and the shopper sees what it reported', async () => {
    const reported = await reports(carriers.sf);
    const { shipment } = reported?.data?.recordTrackingEvent ?? {};
    expect(shipment).toMatchObject({ status: 'IN_TRANSIT', events: [{ description: '运输中' }] });
    const { order: seen } = await shopper.client.ask(OrderDetailDocument, { id: order.id });
    expect(seen?.fulfillments?.map((each) => each.shipment?.status)).toEqual(['IN_TRANSIT']);
  });

  test('and those of another carrier don’t exist for it, whichever carrier it names', async () => {
    const unknown = await reports(carriers.zto, { trackingNumber: 'SF0000000000000' });
    expect(unknown?.data?.recordTrackingEvent.userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['trackingNumber'] },
    ]);
    for (const more of [{}, { carrierCode: 'SF' }, { carrierCode: 'ZTO' }]) {
      const foreign = await reports(carriers.zto, { status: 'DELIVERED', ...more });
      expect(foreign?.data).toEqual(unknown?.data);
    }
    const { order: seen } = await shopper.client.ask(OrderDetailDocument, { id: order.id });
    expect(seen?.fulfillments?.map((each) => each.shipment?.status)).toEqual(['IN_TRANSIT']);
  });

  test('and reaches nothing else: no order, no fulfillment, no shipment, no stock', async () => {
    const { sf } = carriers;
    const [named, shipment, fulfillments] = await Promise.all([
      sf?.sendText('query ($id: ID!) { order(id: $id) { id } }', { id: order.id }),
      sf?.sendText('query ($number: String!) { shipment(trackingNumber: $number) { id } }', { number: trackingNumber }),
      sf?.sendText('{ fulfillments(first: 1) { nodes { id } } }'),
    ]);
    expect([named?.data, shipment?.data]).toEqual([{ order: null }, { shipment: null }]);
    expect([fulfillments?.data, fulfillments && errorCodesOf(fulfillments)]).toEqual([null, ['FORBIDDEN']]);
  });

  test('and no key reports for everybody: one without a carrier isn’t made', async () => {
    await expect(shop.partner(['partner:tracking'])).rejects.toThrow('INVALID_INPUT');
    await expect(shop.partner(['partner:orders'], 'SF')).rejects.toThrow('INVALID_INPUT');
  });
});
