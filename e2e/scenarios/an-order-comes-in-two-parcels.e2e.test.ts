import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { CheckoutPreviewDocument, ConfirmReceiptDocument, PlaceOrderDocument } from '../__generated__/operations.ts';
import { codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { newKey, yuan } from '../world/unique.ts';
import type { WarehouseDesk } from '../world/warehouse.ts';

inBothTopologies('an order comes in two parcels', (graph) => {
  let shop: Shop;
  let beijing: WarehouseDesk;
  beforeAll(async () => {
    shop = await aShop(graph);
    beijing = await shop.opensWarehouse({ region: '北京市', city: '北京市' });
  });

  test('when no warehouse has everything: it is shipped and delivered when both are', async () => {
    const [tea, cup] = [await shop.product({ stock: 5 }), await shop.product({ stock: 0 })];
    await shop.receives(cup.sku.code, 5, beijing);
    const shopper = await shop.shopper();
    const lines = [
      { skuId: tea.sku.id, quantity: 1 },
      { skuId: cup.sku.id, quantity: 2 },
    ];
    const { checkoutPreview } = await shopper.client.ask(CheckoutPreviewDocument, { input: { lines } });
    const planned = checkoutPreview.deliveries.map(({ warehouse, lines: [line] }) => [warehouse?.code, line]);
    expect(Object.fromEntries(planned)).toEqual({
      [shop.warehouse.code]: { skuId: tea.sku.id, quantity: 1 },
      [beijing.code]: { skuId: cup.sku.id, quantity: 2 },
    });
    // ¥8.00 within Shanghai and ¥12.00 from Beijing.
    expect(checkoutPreview.quote?.freight).toEqual(yuan('20.00'));

    const order = await shopper.places(lines);
    await shopper.pays(order);
    const first = await shop.warehouse.sends(order);
    await eventually(async () => expect((await shopper.sees(order)).status).toBe('PARTIALLY_SHIPPED'));
    const { confirmReceipt } = await shopper.client.ask(ConfirmReceiptDocument, { input: { orderId: order.id } });
    expect(codesOf(confirmReceipt)).toEqual(['INVALID_STATE']);

    const second = await beijing.sends(order);
    await eventually(async () => expect((await shopper.sees(order)).status).toBe('SHIPPED'));
    await shop.warehouse.delivers(first);
    await eventually(async () => {
      const statuses = (await shopper.sees(order)).fulfillments?.map(({ status }) => status).toSorted();
      expect(statuses).toEqual(['DELIVERED', 'SHIPPED']);
    });
    expect((await shopper.sees(order)).status).toBe('SHIPPED');
    await beijing.delivers(second);
    await eventually(async () => expect((await shopper.sees(order)).status).toBe('DELIVERED'));
    expect(await beijing.levelOf(cup.sku.code)).toMatchObject({ onHand: 3, reserved: 0 });
    expect(await beijing.movedOf(cup.sku.code)).toBe(3);
  });

  test('when one line is more than any warehouse has, and not one unit more than all have', async () => {
    const tea = await shop.product({ stock: 3 });
    await shop.receives(tea.sku.code, 2, beijing);
    const shopper = await shop.shopper();
    const places = async (quantity: number) => {
      const input = { lines: [{ skuId: tea.sku.id, quantity }], idempotencyKey: newKey() };
      return (await shopper.client.ask(PlaceOrderDocument, { input })).placeOrder;
    };
    expect((await places(6)).userErrors).toMatchObject([{ code: 'INSUFFICIENT_STOCK', requested: 6, available: 5 }]);
    expect((await places(5)).order).toMatchObject({ status: 'PENDING_PAYMENT' });
    expect(await shop.warehouse.levelOf(tea.sku.code)).toMatchObject({ reserved: 3, available: 0 });
    expect(await beijing.levelOf(tea.sku.code)).toMatchObject({ reserved: 2, available: 0 });
  });
});
