import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  MergeOrdersDocument,
  PutOrderOnHoldDocument,
  ReleaseOrderHoldDocument,
  ShipFulfillmentDocument,
  SplitOrderDocument,
} from '../__generated__/operations.ts';
import { accepted, codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { newKey, uniqueCode, yuan } from '../world/unique.ts';

inBothTopologies('a split order ships twice, and merged ones once', (graph) => {
  let shop: Shop;
  let shopper: Shopper;
  beforeAll(async () => {
    shop = await aShop(graph);
    shopper = await shop.shopper();
  });

  /** A paid order that the warehouse has found. */
  async function paidOrder(skuId: string, quantity: number) {
    const order = await shopper.places([{ skuId, quantity }]);
    await shopper.pays(order);
    await shop.warehouse.findsIn(order);
    return order;
  }

  test('each part is picked, shipped and delivered by itself, and the books of stock agree', async () => {
    const tea = await shop.product({ price: '10.00', stock: 5 });
    const order = await paidOrder(tea.sku.id, 3);
    const lines = [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1 }];
    const input = { orderId: order.id, by: 'LINES' as const, parts: [{ lines }], idempotencyKey: newKey() };
    const { splitOrder } = await shop.staff.ask(SplitOrderDocument, { input });
    const [first, second] = splitOrder.parts;
    expect(splitOrder.userErrors).toEqual([]);
    expect(splitOrder.order?.status).toBe('SPLIT');
    // ¥10.00 and ¥20.00 of goods, with ¥8.00 of freight shared out by weight.
    expect(splitOrder.parts.map(({ total }) => total)).toEqual([yuan('12.67'), yuan('25.33')]);
    expect((await shopper.sees(order)).status).toBe('SPLIT');
    if (first === undefined || second === undefined) throw new Error('there are no parts');

    await shop.warehouse.delivers(await shop.warehouse.sends(first));
    await eventually(async () => expect((await shopper.sees(first)).status).toBe('DELIVERED'));
    expect((await shopper.sees(second)).status).toBe('PAID');
    expect(await shop.warehouse.levelOf(tea.sku.code)).toMatchObject({ onHand: 4, reserved: 2, available: 2 });
    await shop.warehouse.sends(second);
    await eventually(async () => expect((await shopper.sees(second)).status).toBe('SHIPPED'));
    expect(await shop.warehouse.levelOf(tea.sku.code)).toMatchObject({ onHand: 2, reserved: 0, available: 2 });
    expect(await shop.warehouse.movedOf(tea.sku.code)).toBe(2);
  });

  test('goods of two suppliers become two orders that each tell their supplier, and goods of none stay together', async () => {
    const [tang, song] = [await shop.supplier('唐记茶业'), await shop.supplier('宋窑陶瓷')];
    const goods = [
      await shop.product({ price: '10.00', stock: 2, supplierCode: tang.code }),
      await shop.product({ price: '20.00', stock: 2, supplierCode: song.code }),
      await shop.product({ price: '5.00', stock: 2 }),
    ];
    const order = await shopper.places(goods.map(({ sku }) => ({ skuId: sku.id, quantity: 1 })));
    await shopper.pays(order);
    await shop.warehouse.findsIn(order);
    const input = { orderId: order.id, by: 'SUPPLIER' as const, idempotencyKey: newKey() };
    const { splitOrder } = await shop.staff.ask(SplitOrderDocument, { input });
    expect(splitOrder.userErrors).toEqual([]);
    expect(splitOrder.parts.map(({ lines }) => lines.map(({ supplier }) => supplier?.name ?? null))).toEqual([
      ['唐记茶业'],
      ['宋窑陶瓷'],
      [null],
    ]);
    // ¥10.00, ¥20.00 and ¥5.00 of goods, with ¥8.00 of freight shared out by weight: the odd cents go to the first.
    expect(splitOrder.parts.map(({ total }) => total)).toEqual([yuan('12.67'), yuan('22.67'), yuan('7.66')]);
    for (const part of splitOrder.parts) {
      await shop.warehouse.sends(part);
      await eventually(async () => expect((await shopper.sees(part)).status).toBe('SHIPPED'));
    }
    for (const { sku } of goods)
      expect(await shop.warehouse.levelOf(sku.code)).toMatchObject({ onHand: 1, reserved: 0 });
  });

  test('two orders for the same place become one parcel, and the freight that it saves goes back', async () => {
    const cup = await shop.product({ price: '20.00', stock: 2 });
    const orders = [await paidOrder(cup.sku.id, 1), await paidOrder(cup.sku.id, 1)];
    const input = { orderIds: orders.map(({ id }) => id), idempotencyKey: newKey() };
    const { mergeOrders } = await shop.staff.ask(MergeOrdersDocument, { input });
    const merged = accepted(mergeOrders, 'order');
    expect(merged).toMatchObject({ status: 'PAID', freight: yuan('8.00'), total: yuan('48.00') });
    await shop.warehouse.sends(merged);
    await eventually(async () => expect((await shopper.sees(merged)).status).toBe('SHIPPED'));
    const { fulfillments } = await shopper.sees(merged);
    expect(fulfillments).toMatchObject([{ lines: [{ quantity: 1 }, { quantity: 1 }] }]);
    expect(await shop.warehouse.levelOf(cup.sku.code)).toMatchObject({ onHand: 0, reserved: 0 });
    const again = await shop.staff.ask(MergeOrdersDocument, { input: { ...input, idempotencyKey: newKey() } });
    expect(codesOf(again.mergeOrders)).toEqual(['INVALID_STATE']);
  });

  test('an order on hold is packed but does not leave until it may go on', async () => {
    const pen = await shop.product({ stock: 1 });
    const order = await paidOrder(pen.sku.id, 1);
    const { id: fulfillmentId } = await shop.warehouse.findsIn(order);
    await shop.warehouse.picks(fulfillmentId);
    await shop.warehouse.packs(fulfillmentId);
    const reason = '等待客户确认地址';
    const { putOrderOnHold } = await shop.staff.ask(PutOrderOnHoldDocument, { input: { orderId: order.id, reason } });
    expect(accepted(putOrderOnHold, 'order').hold).toMatchObject({ reason });
    await eventually(async () => expect((await shop.warehouse.findsIn(order)).onHold).toBe(true));
    const input = { fulfillmentId, carrierCode: 'SF', trackingNumber: `SF${uniqueCode()}`, idempotencyKey: newKey() };
    const { shipFulfillment } = await shop.staff.ask(ShipFulfillmentDocument, { input });
    expect(codesOf(shipFulfillment)).toEqual(['INVALID_STATE']);
    const { releaseOrderHold } = await shop.staff.ask(ReleaseOrderHoldDocument, { input: { orderId: order.id } });
    accepted(releaseOrderHold, 'order');
    await eventually(() => shop.warehouse.ships(fulfillmentId));
  });
});
