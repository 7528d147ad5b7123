import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AddCartLinesDocument,
  ApplyCouponCodeDocument,
  CancelOrderDocument,
  CartDocument,
  CheckoutPreviewDocument,
  ConfirmReceiptDocument,
  OrderDetailDocument,
  PayOrderDocument,
  PlaceOrderDocument,
  RequestAfterSaleDocument,
  SaveAddressDocument,
  UpdateCartLineDocument,
  type CartPartsFragment,
} from '../__generated__/operations.ts';
import { codesOf, errorCodesOf, type Client } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import { homeAddress, type Order, type Shopper } from '../world/shopper.ts';
import { newKey, yuan } from '../world/unique.ts';

const unknown = {
  cart: 'crt_01J00000000000000000000000',
  order: 'ord_01J00000000000000000000000',
  address: 'adr_01J00000000000000000000000',
};

inBothTopologies('what belongs to others does not exist', (graph) => {
  let shop: Shop;
  let product: ShopProduct;
  let owner: Shopper;
  let stranger: Client;
  let cart: CartPartsFragment;
  let order: Order;
  beforeAll(async () => {
    shop = await aShop(graph);
    product = await shop.product({ price: '50.00', stock: 20 });
    [owner, { client: stranger }] = await Promise.all([shop.shopper(), shop.shopper()]);
    order = await owner.places([{ skuId: product.sku.id, quantity: 1 }]);
    cart = await owner.adds(product.sku.id, 2);
  });
  const line = () => ({ skuId: product.sku.id, quantity: 1 });

  describe('a cart', () => {
    /** The answers about a cart that is another member's and about one that never was must be the same. */
    const refusedAlike = async (
      ask: (cartId: string, lineId: string) => Promise<{ userErrors: readonly unknown[] }>,
    ) => {
      const foreign = await ask(cart.id, cart.lines[0]?.id ?? '');
      expect(foreign.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
      expect(foreign).toEqual(await ask(unknown.cart, 'crl_01J00000000000000000000000'));
    };

    test('cannot be read, filled, changed, discounted, previewed or ordered by another member, nor by a guest', async () => {
      for (const client of [stranger, shop.guest()]) {
        expect((await client.ask(CartDocument, { id: cart.id })).cart).toBeNull();
        await refusedAlike(
          async (cartId) =>
            (await client.ask(AddCartLinesDocument, { input: { cartId, lines: [line()] } })).addCartLines,
        );
        await refusedAlike(
          async (cartId, lineId) =>
            (await client.ask(UpdateCartLineDocument, { input: { cartId, lineId, quantity: 0 } })).updateCartLine,
        );
        await refusedAlike(
          async (cartId) =>
            (await client.ask(ApplyCouponCodeDocument, { input: { cartId, code: 'X' } })).applyCouponCode,
        );
        await refusedAlike(
          async (cartId) => (await client.ask(CheckoutPreviewDocument, { input: { cartId } })).checkoutPreview,
        );
      }
      await refusedAlike(
        async (cartId) =>
          (await stranger.ask(PlaceOrderDocument, { input: { cartId, idempotencyKey: newKey() } })).placeOrder,
      );
      const { cart: kept } = await owner.client.ask(CartDocument, {});
      expect(kept).toMatchObject({ id: cart.id, lines: [{ quantity: 2 }] });
    });
  });

  describe('an address', () => {
    test('cannot be sent to, or changed', async () => {
      const placed = async (addressId: string) => {
        const input = { lines: [line()], addressId, idempotencyKey: newKey() };
        return (await stranger.ask(PlaceOrderDocument, { input })).placeOrder;
      };
      const foreign = await placed(owner.addressId);
      expect(codesOf(foreign)).toEqual(['NOT_FOUND']);
      expect(foreign).toEqual(await placed(unknown.address));
      const previewed = async (addressId: string) =>
        (await stranger.ask(CheckoutPreviewDocument, { input: { lines: [line()], addressId } })).checkoutPreview;
      expect(codesOf(await previewed(owner.addressId))).toEqual(['NOT_FOUND']);
      const saved = async (id: string) =>
        (await stranger.ask(SaveAddressDocument, { input: { ...homeAddress, id, recipient: '别人' } })).saveAddress;
      expect(codesOf(await saved(owner.addressId))).toEqual(['NOT_FOUND']);
      expect(await saved(owner.addressId)).toEqual(await saved(unknown.address));
      expect((await owner.me()).addresses).toMatchObject([{ recipient: homeAddress.recipient }]);
    });
  });

  describe('an order', () => {
    test('cannot be read', async () => {
      expect((await stranger.ask(OrderDetailDocument, { id: order.id })).order).toBeNull();
      expect(errorCodesOf(await shop.guest().send(OrderDetailDocument, { id: order.id }))).toEqual(['UNAUTHENTICATED']);
    });

    test('cannot be paid, cancelled, received or complained about', async () => {
      const orderLineId = order.lines[0]?.id ?? '';
      const attempts = async (orderId: string) => {
        const { payOrder } = await stranger.ask(PayOrderDocument, {
          input: { orderId, provider: 'TEST', idempotencyKey: newKey() },
        });
        const { cancelOrder } = await stranger.ask(CancelOrderDocument, {
          input: { orderId, idempotencyKey: newKey() },
        });
        const { confirmReceipt } = await stranger.ask(ConfirmReceiptDocument, { input: { orderId } });
        const { requestAfterSale } = await stranger.ask(RequestAfterSaleDocument, {
          input: {
            orderId,
            kind: 'REFUND_ONLY',
            lines: [{ orderLineId, quantity: 1 }],
            reason: '我要退款',
            idempotencyKey: newKey(),
          },
        });
        return [payOrder, cancelOrder, confirmReceipt, requestAfterSale];
      };
      const foreign = await attempts(order.id);
      expect(foreign.map(codesOf)).toEqual([['NOT_FOUND'], ['NOT_FOUND'], ['NOT_FOUND'], ['NOT_FOUND']]);
      expect(foreign).toEqual(await attempts(unknown.order));
      expect(await owner.sees(order)).toMatchObject({ status: 'PENDING_PAYMENT', payments: [] });
    });

    test('shows nobody else its parcels, through whatever field', async () => {
      await owner.pays(order);
      const { id: fulfillmentId } = await shop.warehouse.findsIn(order);
      const query = 'query ($id: ID!) { fulfillment(id: $id) { id lines { quantity } } }';
      const asked = await stranger.sendText(query, { id: fulfillmentId });
      expect(asked.data).toEqual({ fulfillment: null });
      const own = await owner.client.sendText(query, { id: fulfillmentId });
      expect(own.data).toEqual({ fulfillment: { id: fulfillmentId, lines: [{ quantity: 1 }] } });
    });
  });

  describe('what is the staff’s', () => {
    test('is forbidden to shoppers, unauthenticated to nobody', async () => {
      const queries = [
        `{ stockLevels(skuCodes: ["${product.sku.code}"]) { onHand } }`,
        '{ orders(first: 1) { totalCount } }',
        '{ productsForStaff(first: 1) { totalCount } }',
        '{ promotions(first: 1) { totalCount } }',
        '{ staff(first: 1) { totalCount } }',
        '{ partners(first: 1) { totalCount } }',
        `{ member(id: "${owner.id}") { email } }`,
        '{ warehouses(first: 1) { totalCount } }',
      ];
      for (const query of queries) {
        expect([query, errorCodesOf(await stranger.sendText(query))]).toEqual([query, ['FORBIDDEN']]);
        expect([query, errorCodesOf(await shop.guest().sendText(query))]).toEqual([query, ['UNAUTHENTICATED']]);
      }
      const cost = 'query ($slug: String!) { product(slug: $slug) { id skus { cost { amount } } } }';
      const asked = await stranger.sendText(cost, { slug: product.slug });
      expect(errorCodesOf(asked)).toEqual(['FORBIDDEN']);
      expect(JSON.stringify(asked.data)).not.toContain('amount');
    });
  });

  test('and the wallet of one is not the other’s', async () => {
    const mine = await stranger.sendText('{ me { orders(first: 10) { totalCount } addresses { id } } }');
    expect(mine.data).toMatchObject({ me: { orders: { totalCount: 0 } } });
    expect(JSON.stringify(mine.data)).not.toContain(owner.addressId);
    expect((await owner.me()).orders?.nodes).toMatchObject([{ total: yuan('58.00') }]);
  });
});
