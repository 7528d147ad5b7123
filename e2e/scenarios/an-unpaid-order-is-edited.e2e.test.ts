import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { OrderEditPreviewDocument } from '../__generated__/operations.ts';
import { booksOf } from '../world/books.ts';
import { codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { editsOrder } from '../world/order-edits.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { yuan } from '../world/unique.ts';

const limitMs = 60_000;

inBothTopologies('an unpaid order is edited', (graph) => {
  let shop: Shop;
  let shopper: Shopper;
  const books = booksOf(graph);
  beforeAll(async () => {
    shop = await aShop(graph);
    shopper = await shop.shopper();
  });

  test(
    'down and up: its total is that of a new order, coupon and ladder included; what it gives up is there for others',
    async () => {
      const [tea, cup] = [
        await shop.product({ price: '60.00', stock: 2 }),
        await shop.product({ price: '45.00', stock: 1 }),
      ];
      const scope = { productIds: [tea.id, cup.id] };
      await shop.promotion({
        kind: 'AMOUNT_OFF_LADDER',
        scope,
        ladder: [{ thresholdAmount: yuan('100.00'), amountOff: yuan('20.00') }],
      });
      const couponId = await shopper.claims(await shop.coupon({ amountOff: yuan('5.00'), scope }));
      const order = await shopper.places([{ skuId: tea.sku.id, quantity: 2 }], { couponIds: [couponId] });
      // 120.00 − 20.00 − 5.00 + 8.00
      expect(order.total).toEqual(yuan('103.00'));
      const other = await shop.shopper();
      const orderLineId = order.lines[0]?.id ?? '';

      // One less doesn't reach the ladder: 60.00 − 5.00 + 8.00.
      const down = await editsOrder(shopper, order, { quantities: [{ orderLineId, quantity: 1 }] });
      expect(down).toMatchObject({ status: 'DONE', due: yuan('0.00') });
      const changed = await shopper.sees(order);
      expect(changed).toMatchObject({
        ...{ status: 'PENDING_PAYMENT', total: yuan('63.00'), expiresAt: order.expiresAt },
        lines: [{ id: orderLineId, quantity: 1, total: yuan('55.00') }],
      });
      expect(await shop.warehouse.levelOf(tea.sku.code)).toMatchObject({ onHand: 2, reserved: 1, available: 1 });
      await books.expectToAgree();
      await other.places([{ skuId: tea.sku.id, quantity: 1 }]);
      const more = { orderId: order.id, quantities: [{ orderLineId, quantity: 2 }] };
      const { orderEditPreview } = await shopper.client.ask(OrderEditPreviewDocument, { input: more });
      expect(codesOf(orderEditPreview)).toEqual(['INSUFFICIENT_STOCK']);

      // Something else does: 105.00 − 20.00 − 5.00 + 8.00.
      await editsOrder(shopper, order, { additions: [{ skuId: cup.sku.id, quantity: 1 }] });
      expect((await shopper.sees(order)).total).toEqual(yuan('88.00'));
      expect((await shopper.me()).coupons?.nodes).toMatchObject([{ id: couponId, status: 'LOCKED' }]);
      await books.expectToAgree();
      await shopper.pays(order);
      expect(await shopper.sees(order)).toMatchObject({ status: 'PAID', payments: [{ amount: yuan('88.00') }] });
      await shop.warehouse.sends(order);
      await eventually(async () => expect((await shopper.sees(order)).status).toBe('SHIPPED'));
      expect((await shopper.sees(order)).fulfillments).toMatchObject([{ lines: [{ quantity: 1 }, { quantity: 1 }] }]);
      expect((await shopper.me()).coupons?.nodes).toMatchObject([{ id: couponId, status: 'USED' }]);
      expect(await shop.warehouse.levelOf(cup.sku.code)).toMatchObject({ onHand: 0, reserved: 0 });
      await books.expectToAgree();
    },
    limitMs,
  );

  test(
    'and cancelled: everything that it holds then is free again, its coupon too',
    async () => {
      const tea = await shop.product({ price: '60.00', stock: 3 });
      const scope = { productIds: [tea.id] };
      const couponId = await shopper.claims(
        await shop.coupon({ amountOff: yuan('5.00'), threshold: yuan('100.00'), scope }),
      );
      const order = await shopper.places([{ skuId: tea.sku.id, quantity: 2 }], { couponIds: [couponId] });
      const orderLineId = order.lines[0]?.id ?? '';
      // The coupon needs ¥100.00: it is free as soon as the order is below that.
      await editsOrder(shopper, order, { quantities: [{ orderLineId, quantity: 1 }] });
      expect(await shopper.sees(order)).toMatchObject({ total: yuan('68.00') });
      const mine = async () => (await shopper.me()).coupons?.nodes.find(({ id }) => id === couponId)?.status;
      expect(await mine()).toBe('CLAIMED');
      const { total } = await shopper.places([{ skuId: tea.sku.id, quantity: 2 }], { couponIds: [couponId] });
      expect(total).toEqual(yuan('123.00'));
      await shopper.cancels(order);
      expect((await shopper.sees(order)).status).toBe('CANCELLED');
      await eventually(async () =>
        expect(await shop.warehouse.levelOf(tea.sku.code)).toMatchObject({ onHand: 3, reserved: 2, available: 1 }),
      );
      expect(await mine()).toBe('LOCKED');
      await books.expectToAgree();
    },
    limitMs,
  );
});
