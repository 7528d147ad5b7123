import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { FlashSalesDocument, PurchaseFlashSaleItemDocument } from '../__generated__/operations.ts';
import { accepted, codesOf } from '../world/client.ts';
import { buysAt, seesWhatItCosts } from '../world/flash-sale.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { hoursAfter, newKey, yuan } from '../world/unique.ts';

inBothTopologies('a flash sale sells its quota and no more', (graph) => {
  let shop: Shop;
  let shoppers: Shopper[];
  beforeAll(async () => {
    shop = await aShop(graph);
    shoppers = await Promise.all(Array.from({ length: 5 }, () => shop.shopper()));
  });

  const buys = async (shopper: Shopper | undefined, itemId: string, quantity = 1, idempotencyKey = newKey()) => {
    if (shopper === undefined) throw new Error('no such shopper');
    const input = { itemId, quantity, addressId: shopper.addressId, idempotencyKey };
    const { purchaseFlashSaleItem } = await shopper.client.ask(PurchaseFlashSaleItemDocument, { input });
    return purchaseFlashSaleItem;
  };
  /** What is left, as a guest sees it: for a moment maybe what another guest was told just before. */
  const remainingOf = async (product: ShopProduct) => {
    const { flashSales } = await shop.guest().ask(FlashSalesDocument, {});
    const items = flashSales.nodes.flatMap((sale) => sale.items);
    return items.find(({ sku }) => sku?.id === product.sku.id)?.remaining;
  };

  test('when five want one of three at the same moment', async () => {
    const product = await shop.product({ price: '100.00', stock: 50 });
    const { itemId } = await shop.flashSale({ skuId: product.sku.id, price: yuan('9.90'), quota: 3 });

    const answers = await Promise.all(shoppers.map((shopper) => buys(shopper, itemId)));

    const sold = answers.filter(({ order }) => order !== null);
    expect(sold).toHaveLength(3);
    for (const { order } of sold) expect(order).toMatchObject({ status: 'PENDING_PAYMENT', total: yuan('17.90') });
    expect(answers.flatMap(codesOf)).toEqual(['FLASH_SALE_SOLD_OUT', 'FLASH_SALE_SOLD_OUT']);
    await eventually(async () => expect(await remainingOf(product)).toBe(0));
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 50, reserved: 3 });
  });

  test('and gives a cancelled one to somebody else', async () => {
    const product = await shop.product({ price: '100.00', stock: 5 });
    const { itemId } = await shop.flashSale({ skuId: product.sku.id, price: yuan('9.90'), quota: 1 });
    const [first, second] = shoppers;
    const order = accepted(await buys(first, itemId), 'order');
    expect(codesOf(await buys(second, itemId))).toEqual(['FLASH_SALE_SOLD_OUT']);
    await first?.cancels(order);
    await eventually(async () => expect(await remainingOf(product)).toBe(1));
    accepted(await buys(second, itemId), 'order');
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ reserved: 1, available: 4 });
  });

  test('and no member more than the limit, and one key only once', async () => {
    const product = await shop.product({ price: '100.00', stock: 50 });
    const { itemId } = await shop.flashSale({
      skuId: product.sku.id,
      price: yuan('9.90'),
      quota: 10,
      limitPerMember: 2,
    });
    const [shopper] = shoppers;
    const key = newKey();
    const first = accepted(await buys(shopper, itemId, 2, key), 'order');
    const again = accepted(await buys(shopper, itemId, 2, key), 'order');
    expect(again.id).toBe(first.id);
    expect(codesOf(await buys(shopper, itemId, 1))).toEqual(['FLASH_SALE_LIMIT_REACHED']);
    expect(codesOf(await buys(shopper, itemId, 1, key))).toEqual(['IDEMPOTENCY_CONFLICT']);
    await eventually(async () => expect(await remainingOf(product)).toBe(8));
  });

  test('at the total that was shown with its freight, or not at all', async () => {
    const product = await shop.product({ price: '100.00', stock: 50 });
    const { itemId } = await shop.flashSale({ skuId: product.sku.id, price: yuan('9.90'), quota: 3 });
    const [shopper] = shoppers;
    if (shopper === undefined) throw new Error('no such shopper');
    const shown = await seesWhatItCosts(shopper, itemId, 2);
    expect(shown).toMatchObject({ goods: yuan('19.80'), freight: yuan('8.00'), total: yuan('27.80') });
    expect(codesOf(await buysAt(shopper, itemId, 2, yuan('19.80')))).toEqual(['PRICE_CHANGED']);
    await eventually(async () => expect(await remainingOf(product)).toBe(3));
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ reserved: 0 });
    expect(accepted(await buysAt(shopper, itemId, 2, shown.total), 'order').total).toEqual(shown.total);
    await eventually(async () => expect(await remainingOf(product)).toBe(1));
  });

  test('and nothing before it opens, of no quantity, or of an unknown item', async () => {
    const product = await shop.product({ price: '100.00', stock: 5 });
    const { itemId } = await shop.flashSale(
      { skuId: product.sku.id, price: yuan('9.90'), quota: 5 },
      { startsAt: hoursAfter(new Date(), 1), endsAt: hoursAfter(new Date(), 2) },
    );
    const [shopper] = shoppers;
    expect(codesOf(await buys(shopper, itemId))).toEqual(['FLASH_SALE_NOT_OPEN']);
    expect(codesOf(await buys(shopper, itemId, 0))).toEqual(['INVALID_INPUT']);
    expect(codesOf(await buys(shopper, 'fsi_01J00000000000000000000000'))).toEqual(['NOT_FOUND']);
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ reserved: 0, available: 5 });
  });
});
