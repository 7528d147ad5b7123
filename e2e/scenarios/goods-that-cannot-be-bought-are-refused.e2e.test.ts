import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AddCartLinesDocument,
  CartDocument,
  CheckoutPreviewDocument,
  CreateProductDocument,
  PlaceOrderDocument,
  SetSkuPriceDocument,
  UnpublishProductDocument,
  type PlaceOrderInput,
} from '../__generated__/operations.ts';
import { accepted, codesOf, errorCodesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { newKey, uniqueCode, yuan } from '../world/unique.ts';

const unknownSku = 'sku_01J00000000000000000000000';

inBothTopologies('goods that cannot be bought are refused, and nothing is half done', (graph) => {
  let shop: Shop;
  let product: ShopProduct;
  let shopper: Shopper;
  beforeAll(async () => {
    shop = await aShop(graph);
    [product, shopper] = await Promise.all([shop.product({ price: '20.00', stock: 5 }), shop.shopper()]);
  });

  const adds = async (skuId: string, quantity: number) =>
    (await shopper.client.ask(AddCartLinesDocument, { input: { lines: [{ skuId, quantity }] } })).addCartLines;
  const triesToOrder = async (lines: { skuId: string; quantity: number }[], more: Partial<PlaceOrderInput> = {}) => {
    const input = { lines, addressId: shopper.addressId, idempotencyKey: newKey(), ...more };
    return (await shopper.client.ask(PlaceOrderDocument, { input })).placeOrder;
  };
  /** No cart line, no order, no reserved unit. */
  async function nothingHappened(): Promise<void> {
    expect((await shopper.client.ask(CartDocument, {})).cart?.lines ?? []).toEqual([]);
    expect((await shopper.me()).orders?.totalCount).toBe(0);
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 5, reserved: 0, available: 5 });
  }

  describe('a SKU', () => {
    test('that does not exist', async () => {
      const added = await adds(unknownSku, 1);
      expect(added).toMatchObject({
        cart: null,
        userErrors: [{ __typename: 'SkuUnavailableError', code: 'SKU_UNAVAILABLE' }],
      });
      expect(codesOf(await triesToOrder([{ skuId: unknownSku, quantity: 1 }]))).toEqual(['SKU_UNAVAILABLE']);
      const { checkoutPreview } = await shopper.client.ask(CheckoutPreviewDocument, {
        input: { lines: [{ skuId: unknownSku, quantity: 1 }] },
      });
      expect(checkoutPreview).toMatchObject({ quote: null, userErrors: [{ code: 'SKU_UNAVAILABLE' }] });
      await nothingHappened();
    });

    test('that is not published, or was withdrawn', async () => {
      const draft = await shop.product({ channels: [] });
      expect(codesOf(await adds(draft.sku.id, 1))).toEqual(['SKU_UNAVAILABLE']);
      const withdrawn = await shop.product();
      await shop.staff.ask(UnpublishProductDocument, { input: { productId: withdrawn.id } });
      expect(codesOf(await triesToOrder([{ skuId: withdrawn.sku.id, quantity: 1 }]))).toEqual(['SKU_UNAVAILABLE']);
      await nothingHappened();
    });

    test('of another channel, beside one that could be bought', async () => {
      const appOnly = await shop.product({ channels: ['app'] });
      expect(codesOf(await adds(appOnly.sku.id, 1))).toEqual(['SKU_UNAVAILABLE']);
      const lines = [
        { skuId: product.sku.id, quantity: 1 },
        { skuId: appOnly.sku.id, quantity: 1 },
      ];
      const { userErrors, order } = await triesToOrder(lines);
      expect(order).toBeNull();
      expect(userErrors).toMatchObject([{ code: 'SKU_UNAVAILABLE', path: expect.arrayContaining(['lines', '1']) }]);
      await nothingHappened();
    });
  });

  describe('a quantity', () => {
    test.each([0, -1, 1_000, 1_000_000_000])('of %d', async (quantity) => {
      expect(codesOf(await adds(product.sku.id, quantity))).toEqual(['INVALID_INPUT']);
      expect(codesOf(await triesToOrder([{ skuId: product.sku.id, quantity }]))).toEqual(['INVALID_INPUT']);
      await nothingHappened();
    });

    test.each([1.5, '1', 1e10, null, Number.MAX_SAFE_INTEGER])(
      'of %p, which is no whole number of units',
      async (quantity) => {
        const lines = [{ skuId: product.sku.id, quantity }];
        const added = await shopper.client.send(AddCartLinesDocument, { input: { lines } });
        expect(errorCodesOf(added)).toEqual(['BAD_USER_INPUT']);
        const input = { lines, addressId: shopper.addressId, idempotencyKey: newKey() };
        expect(errorCodesOf(await shopper.client.send(PlaceOrderDocument, { input }))).toEqual(['BAD_USER_INPUT']);
        await nothingHappened();
      },
    );
  });

  describe('money', () => {
    const lines = () => [{ skuId: product.sku.id, quantity: 1 }];

    test('in a currency that is not the channel’s', async () => {
      const inDollars = { expectedTotal: { amount: '28.00', currency: 'USD' } };
      expect(codesOf(await triesToOrder(lines(), inDollars))).toEqual(['CURRENCY_MISMATCH']);
      await nothingHappened();
      const sku = { code: `USD-${uniqueCode()}`, price: { amount: '9.99', currency: 'USD' } };
      const { createProduct } = await shop.staff.ask(CreateProductDocument, {
        input: { title: '美元商品', skus: [sku] },
      });
      expect(createProduct).toMatchObject({ product: null, userErrors: [{ code: 'CURRENCY_MISMATCH' }] });
    });

    test('that is more or less than it costs now, which the shopper learns', async () => {
      const answer = await triesToOrder(lines(), { expectedTotal: yuan('27.99') });
      expect(answer).toMatchObject({
        order: null,
        userErrors: [
          { code: 'PRICE_CHANGED', path: ['expectedTotal'], expected: yuan('27.99'), current: yuan('28.00') },
        ],
      });
      await nothingHappened();
    });

    test('when the price changed since the preview', async () => {
      const dear = await shop.product({ price: '10.00', stock: 1 });
      const wanted = [{ skuId: dear.sku.id, quantity: 1 }];
      const { checkoutPreview } = await shopper.client.ask(CheckoutPreviewDocument, {
        input: { lines: wanted, addressId: shopper.addressId },
      });
      const seen = checkoutPreview.quote?.total;
      expect(seen).toEqual(yuan('18.00'));
      const { setSkuPrice } = await shop.staff.ask(SetSkuPriceDocument, {
        input: { skuId: dear.sku.id, channel: 'web', price: yuan('11.00') },
      });
      accepted(setSkuPrice, 'sku');
      const answer = await triesToOrder(wanted, { expectedTotal: seen ?? null });
      expect(answer.userErrors).toMatchObject([
        { code: 'PRICE_CHANGED', expected: yuan('18.00'), current: yuan('19.00') },
      ]);
      expect(await shop.warehouse.levelOf(dear.sku.code)).toMatchObject({ reserved: 0, available: 1 });
      await nothingHappened();
    });

    test.each(['1e3', '١٢', '1.234', ' 1.00', '-0.00x'])('that is written %p', async (amount) => {
      const input = { lines: lines(), expectedTotal: yuan(amount), idempotencyKey: newKey() };
      const { data, errors } = await shopper.client.send(PlaceOrderDocument, { input });
      const codes = [...errors.map(({ extensions }) => extensions.code), ...(data ? codesOf(data.placeOrder) : [])];
      expect(['BAD_USER_INPUT', 'INVALID_INPUT']).toContain(codes[0]);
      await nothingHappened();
    });
  });

  describe('stock', () => {
    test('that is short: how much there is, is told, and nothing is kept', async () => {
      const other = await shop.product({ stock: 10 });
      const answer = await triesToOrder([
        { skuId: other.sku.id, quantity: 2 },
        { skuId: product.sku.id, quantity: 6 },
      ]);
      expect(answer).toMatchObject({
        order: null,
        userErrors: [{ code: 'INSUFFICIENT_STOCK', skuId: product.sku.id, requested: 6, available: 5 }],
      });
      expect(await shop.warehouse.levelOf(other.sku.code)).toMatchObject({ reserved: 0, available: 10 });
      await nothingHappened();
    });

    test('that many want at the same moment: exactly what is there is sold', async () => {
      const rare = await shop.product({ stock: 3 });
      const input = () => ({ lines: [{ skuId: rare.sku.id, quantity: 1 }], idempotencyKey: newKey() });
      const buyer = await shop.shopper();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => buyer.client.ask(PlaceOrderDocument, { input: input() })),
      );
      expect(answers.filter(({ placeOrder }) => placeOrder.order !== null)).toHaveLength(3);
      const codes = answers.flatMap(({ placeOrder }) => codesOf(placeOrder));
      expect(codes).toEqual(Array.from({ length: 5 }, () => 'INSUFFICIENT_STOCK'));
      expect(await shop.warehouse.levelOf(rare.sku.code)).toMatchObject({ onHand: 3, reserved: 3, available: 0 });
      expect((await buyer.me()).orders?.totalCount).toBe(3);
    });
  });
});
