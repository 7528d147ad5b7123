import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { FlashSalesDocument, PayOrderDocument, PurchaseFlashSaleItemDocument } from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted, codesOf } from '../world/client.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { newKey, yuan } from '../world/unique.ts';

const minute = 60_000;

describe.each(topologies)('an unpaid order expires (%s)', (topology) => {
  const clock = testClock(new Date());
  let graph: PrivateGraph;
  let shop: Shop;
  let shopper: Shopper;
  beforeAll(async () => {
    graph = await startPrivateGraph(topology, { clock });
    shop = await aShop(graph);
    shopper = await shop.shopper();
  });
  afterAll(() => graph?.stop());

  const pays = async (orderId: string) => {
    const input = { orderId, provider: 'TEST' as const, idempotencyKey: newKey() };
    return (await shopper.client.ask(PayOrderDocument, { input })).payOrder;
  };
  /** Time passes; tokens live 15 minutes, so the shopper comes back. */
  async function passes(minutes: number): Promise<void> {
    clock.advance(minutes * minute);
    shopper = await shopper.comesBack();
    shop = await aShop(graph);
  }

  test('after 30 minutes and not before: its stock and its coupon are free again, and it can not be paid any more', async () => {
    const product = await shop.product({ price: '50.00', stock: 3 });
    const couponId = await shopper.claims(
      await shop.coupon({ amountOff: yuan('5.00'), scope: { skuIds: [product.sku.id] } }),
    );
    const order = await shopper.places([{ skuId: product.sku.id, quantity: 2 }], { couponIds: [couponId] });
    const warehouse = shop.warehouse.code;
    const levelOf = () => shop.deskOf(warehouse).levelOf(product.sku.code);
    expect(new Date(order.expiresAt ?? 0).getTime()).toBe(new Date(order.placedAt).getTime() + 30 * minute);

    await passes(29);
    await graph.subgraphs.order.runJob('close-unpaid-orders');
    expect((await shopper.sees(order)).status).toBe('PENDING_PAYMENT');
    expect(await levelOf()).toMatchObject({ reserved: 2, available: 1 });

    await passes(2);
    await graph.subgraphs.order.runJob('close-unpaid-orders');
    expect(await shopper.sees(order)).toMatchObject({ status: 'CLOSED', refundStatus: 'NONE' });
    await eventually(async () => {
      expect(await levelOf()).toMatchObject({ onHand: 3, reserved: 0, available: 3 });
      expect((await shopper.me()).coupons?.nodes).toMatchObject([{ id: couponId, status: 'CLAIMED' }]);
    });
    expect(codesOf(await pays(order.id))).toEqual(['INVALID_STATE']);
  });

  test('but not when it was paid in time', async () => {
    const product = await shop.product({ stock: 1 });
    const order = await shopper.places([{ skuId: product.sku.id, quantity: 1 }]);
    await passes(25);
    accepted(await pays(order.id), 'payment');
    await passes(10);
    await graph.subgraphs.order.runJob('close-unpaid-orders');
    expect((await shopper.sees(order)).status).toBe('PAID');
  });

  test('after 15 minutes in a flash sale, and somebody else gets the piece', async () => {
    const product = await shop.product({ price: '100.00', stock: 1 });
    const { itemId } = await shop.flashSale({ skuId: product.sku.id, price: yuan('1.00'), quota: 1 });
    const other = await shop.shopper();
    const buys = async (by: Shopper) => {
      const input = { itemId, quantity: 1, addressId: by.addressId, idempotencyKey: newKey() };
      return (await by.client.ask(PurchaseFlashSaleItemDocument, { input })).purchaseFlashSaleItem;
    };
    const order = accepted(await buys(shopper), 'order');
    expect(codesOf(await buys(other))).toEqual(['FLASH_SALE_SOLD_OUT']);

    await passes(16);
    await graph.subgraphs.order.runJob('close-unpaid-orders');
    expect((await shopper.sees(order)).status).toBe('CLOSED');
    await eventually(async () => {
      const { flashSales } = await shop.guest().ask(FlashSalesDocument, {});
      const items = flashSales.nodes.flatMap((sale) => sale.items);
      expect(items.find(({ id }) => id === itemId)?.remaining).toBe(1);
    });
    accepted(await buys(await other.comesBack()), 'order');
  });
});
