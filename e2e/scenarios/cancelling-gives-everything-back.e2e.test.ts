import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { CancelOrderDocument, OrderMoneyDocument } from '../__generated__/operations.ts';
import { codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { newKey, yuan } from '../world/unique.ts';

inBothTopologies('cancelling gives everything back', (graph) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await aShop(graph);
  });

  async function anOrderWithACoupon() {
    const product = await shop.product({ price: '80.00', stock: 4 });
    const shopper = await shop.shopper();
    const couponId = await shopper.claims(
      await shop.coupon({ amountOff: yuan('10.00'), scope: { skuIds: [product.sku.id] } }),
    );
    const order = await shopper.places([{ skuId: product.sku.id, quantity: 3 }], { couponIds: [couponId] });
    expect(order).toMatchObject({ discount: yuan('10.00'), total: yuan('238.00') });
    const couponStatus = async () => (await shopper.me()).coupons?.nodes[0]?.status;
    return { product, shopper, order, couponId, couponStatus };
  }

  test('of an unpaid order: the stock at once, the coupon for the next order', async () => {
    const { product, shopper, order, couponId, couponStatus } = await anOrderWithACoupon();
    expect(await couponStatus()).toBe('LOCKED');
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ reserved: 3, available: 1 });

    await shopper.cancels(order);

    await eventually(async () => {
      expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 4, reserved: 0, available: 4 });
      expect(await couponStatus()).toBe('CLAIMED');
    });
    expect((await shopper.sees(order)).status).toBe('CANCELLED');
    const next = await shopper.places([{ skuId: product.sku.id, quantity: 4 }], { couponIds: [couponId] });
    expect(next.discount).toEqual(yuan('10.00'));
  });

  test('of a paid order: the money as well, and the warehouse stops', async () => {
    const { product, shopper, order, couponStatus } = await anOrderWithACoupon();
    await shopper.pays(order);
    await shop.warehouse.findsIn(order);

    await shopper.cancels(order);

    await eventually(async () => {
      expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 4, reserved: 0, available: 4 });
      expect(await couponStatus()).toBe('CLAIMED');
      const { order: money } = await shopper.client.ask(OrderMoneyDocument, { id: order.id });
      expect(money).toMatchObject({
        status: 'CANCELLED',
        refundStatus: 'FULL',
        refunded: yuan('238.00'),
        refunds: [{ status: 'SUCCEEDED', cause: 'ORDER_CANCELLED', amount: yuan('238.00') }],
      });
      const statuses = (await shopper.sees(order)).fulfillments?.map(({ status }) => status);
      expect(statuses).toEqual(['CANCELLED']);
    });
  });

  test('once, however often and by whomever it is cancelled', async () => {
    const { product, shopper, order } = await anOrderWithACoupon();
    await shopper.pays(order);
    await shop.warehouse.findsIn(order);
    // Who meets another's cancellation under way is told to try again (BUSY), which is safe with the same key.
    const cancel = (client = shopper.client) => {
      const input = { orderId: order.id, idempotencyKey: newKey() };
      return eventually(() => client.ask(CancelOrderDocument, { input }));
    };

    const answers = await Promise.all([cancel(), cancel(), cancel(shop.staff), cancel(shop.staff)]);

    const codes = answers.flatMap(({ cancelOrder }) => codesOf(cancelOrder));
    expect(codes).toEqual(['INVALID_STATE', 'INVALID_STATE', 'INVALID_STATE']);
    await eventually(async () => {
      const { order: money } = await shopper.client.ask(OrderMoneyDocument, { id: order.id });
      expect(money?.refunds).toHaveLength(1);
      expect(money?.refunded).toEqual(yuan('238.00'));
      expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 4, reserved: 0 });
    });
  });

  test('but not of an order that has left the warehouse', async () => {
    const { product, shopper, order } = await anOrderWithACoupon();
    await shopper.pays(order);
    await shop.warehouse.sends(order);
    const { cancelOrder } = await shopper.client.ask(CancelOrderDocument, {
      input: { orderId: order.id, idempotencyKey: newKey() },
    });
    expect(codesOf(cancelOrder)).toEqual(['INVALID_STATE']);
    await eventually(async () => expect((await shopper.sees(order)).status).toBe('SHIPPED'));
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 1, reserved: 0, available: 1 });
    const { order: money } = await shopper.client.ask(OrderMoneyDocument, { id: order.id });
    expect(money).toMatchObject({ refundStatus: 'NONE', refunds: [] });
  });
});
