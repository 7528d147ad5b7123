import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  CheckoutPreviewDocument,
  PickQueueDocument,
  ProductPageDocument,
  RecordTrackingEventDocument,
  StorefrontDocument,
} from '../__generated__/operations.ts';
import type { Channel } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { uniqueCode, yuan } from '../world/unique.ts';

inBothTopologies('a shopper buys, from browsing to receipt', (graph) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await aShop(graph);
  });

  describe.each<Channel>(['web', 'mini-program'])('in the channel %s', (channel) => {
    test('and every owner of the graph does its part', async () => {
      const word = uniqueCode();
      const product = await shop.product({
        title: `青花茶杯 ${word}`,
        titleEn: `Porcelain cup ${word}`,
        brandName: `景德 ${word}`,
        price: '99.90',
        stock: 7,
      });
      const shopper = await shop.shopper({ channel });

      // Browse, in both languages.
      const inChinese = await shopper.client.ask(StorefrontDocument, { first: 20, search: word });
      const inEnglish = await shopper.client
        .with({ locale: 'en' })
        .ask(StorefrontDocument, { first: 20, search: word });
      expect(inChinese.products).toMatchObject({
        totalCount: 1,
        pageInfo: { hasNextPage: false },
        nodes: [
          {
            id: product.id,
            title: `青花茶杯 ${word}`,
            priceRange: { min: yuan('99.90'), max: yuan('99.90') },
            promotions: [],
            skus: [{ id: product.sku.id, price: yuan('99.90'), bestOffer: null, availability: { sellable: 7 } }],
          },
        ],
      });
      expect(inEnglish.products.nodes.map(({ title }) => title)).toEqual([`Porcelain cup ${word}`]);

      // Look at one.
      const { product: page } = await shopper.client.ask(ProductPageDocument, { slug: product.slug, region: '上海市' });
      expect(page?.skus[0]).toMatchObject({
        price: yuan('99.90'),
        availability: { status: 'LOW_STOCK', sellable: 7 },
        deliveryPromise: { warehouse: { code: shop.warehouse.code } },
      });

      // Ask what it would cost.
      const lines = [{ skuId: product.sku.id, quantity: 2 }];
      const { checkoutPreview } = await shopper.client.ask(CheckoutPreviewDocument, {
        input: { lines, addressId: shopper.addressId },
      });
      expect(checkoutPreview.userErrors).toEqual([]);
      expect(checkoutPreview.quote).toMatchObject({
        subtotal: yuan('199.80'),
        discount: yuan('0.00'),
        freight: yuan('8.00'),
        total: yuan('207.80'),
      });
      expect(checkoutPreview.deliveries).toMatchObject([
        {
          warehouse: { code: shop.warehouse.code },
          freight: yuan('8.00'),
          lines: [{ skuId: product.sku.id, quantity: 2 }],
        },
      ]);

      // Place it at the price that was shown, and pay.
      const order = await shopper.places(lines, { expectedTotal: yuan('207.80') });
      expect(order).toMatchObject({ status: 'PENDING_PAYMENT', refundStatus: 'NONE', channel, total: yuan('207.80') });
      expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 7, reserved: 2, available: 5 });
      await shopper.pays(order);
      expect((await shopper.sees(order)).payments).toMatchObject([
        { provider: 'TEST', status: 'SUCCEEDED', amount: yuan('207.80') },
      ]);

      // The warehouse picks, packs and ships.
      const { id: fulfillmentId, ...queued } = await shop.warehouse.findsIn(order);
      expect(queued).toMatchObject({
        status: 'ALLOCATED',
        order: { number: order.number },
        lines: [{ sku: product.sku, quantity: 2, bin: expect.any(String) }],
      });
      await shop.warehouse.picks(fulfillmentId);
      await shop.warehouse.packs(fulfillmentId);
      const trackingNumber = await shop.warehouse.ships(fulfillmentId);
      await eventually(async () => expect((await shopper.sees(order)).status).toBe('SHIPPED'));
      expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 5, reserved: 0, available: 5 });
      expect(await shop.warehouse.movedOf(product.sku.code)).toBe(5);
      const queue = await shop.staff.ask(PickQueueDocument, { warehouseCode: shop.warehouse.code, first: 100 });
      expect(queue.fulfillments.nodes.map(({ id }) => id)).not.toContain(fulfillmentId);

      // The carrier reports; the shopper follows and confirms.
      await shop.staff.ask(RecordTrackingEventDocument, {
        input: {
          trackingNumber,
          status: 'IN_TRANSIT',
          at: new Date().toISOString(),
          description: '已到达杭州转运中心',
          location: '杭州市',
        },
      });
      await shop.warehouse.delivers(trackingNumber);
      const delivered = await eventually(async () => {
        const seen = await shopper.sees(order);
        expect(seen.status).toBe('DELIVERED');
        return seen;
      });
      expect(delivered.fulfillments).toMatchObject([
        {
          status: 'DELIVERED',
          warehouse: { code: shop.warehouse.code },
          shipment: { carrier: { code: 'SF' }, trackingNumber, status: 'DELIVERED' },
        },
      ]);
      const descriptions = delivered.fulfillments?.[0]?.shipment?.events.map(({ description }) => description) ?? [];
      expect(descriptions.slice(-2)).toEqual(['已到达杭州转运中心', '已签收']);
      await shopper.confirmsReceiptOf(order);

      const completed = await shopper.sees(order);
      expect(completed.status).toBe('COMPLETED');
      const states = completed.timeline.map(({ status }) => status);
      expect([...new Set(states)]).toEqual(['PENDING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED']);

      // The member sees it, and grows by it.
      await eventually(async () => {
        const me = await shopper.me();
        expect(me.orders).toMatchObject({
          totalCount: 1,
          nodes: [{ number: order.number, status: 'COMPLETED', total: yuan('207.80') }],
        });
        // 199 whole yuan of goods: 801 are missing to the first step.
        expect(me.tier).toMatchObject({ level: 0, growthToNext: 801 });
      });
    });
  });
});
