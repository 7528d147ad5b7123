import {
  AddCartLinesDocument,
  CartDocument,
  CheckoutPreviewDocument,
  PayOrderDocument,
  PlaceOrderDocument,
  SaveAddressDocument,
} from '../../e2e/__generated__/operations.ts';
import { accepted, type Client } from '../../e2e/world/client.ts';
import { homeAddress } from '../../e2e/world/shopper.ts';
import { newKey, uniqueCode } from '../../e2e/world/unique.ts';
import { atMost } from '../contention/crowd.ts';

/** What a shopper has reached so far on the way to a paid order. */
export interface Way {
  readonly client: Client;
  readonly skuId: string;
  cartId: string;
  addressId: string;
  expectedTotal: { readonly amount: string; readonly currency: string };
  orderId: string;
}

/** A shopper at the beginning. */
export const setOut = (client: Client, skuId: string): Way => ({
  client,
  skuId,
  cartId: '',
  addressId: '',
  expectedTotal: { amount: '0.00', currency: 'CNY' },
  orderId: '',
});

/** One request of the journey. Throws when it is refused: in this benchmark nothing may be. */
export interface Stage {
  readonly name: string;
  walk(way: Way): Promise<void>;
}

/** A checkout with all that a client asks for: looking into the cart, a line, an address that wasn't known, the preview, the order, the payment. */
export const stages: readonly Stage[] = [
  {
    name: 'Cart',
    async walk({ client }) {
      await client.ask(CartDocument, {});
    },
  },
  {
    name: 'AddCartLines',
    async walk(way) {
      const input = { lines: [{ skuId: way.skuId, quantity: 1 }] };
      const { addCartLines } = await way.client.ask(AddCartLinesDocument, { input });
      way.cartId = accepted(addCartLines, 'cart').id;
    },
  },
  {
    name: 'SaveAddress',
    async walk(way) {
      const input = { ...homeAddress, line: `世纪大道 ${uniqueCode()} 号` };
      const { saveAddress } = await way.client.ask(SaveAddressDocument, { input });
      way.addressId = accepted(saveAddress, 'address').id;
    },
  },
  {
    name: 'CheckoutPreview',
    async walk(way) {
      const { cartId, addressId } = way;
      const { checkoutPreview } = await way.client.ask(CheckoutPreviewDocument, { input: { cartId, addressId } });
      const { amount, currency } = accepted(checkoutPreview, 'quote').total;
      way.expectedTotal = { amount, currency };
    },
  },
  {
    name: 'PlaceOrder',
    async walk(way) {
      const { cartId, addressId, expectedTotal } = way;
      const input = { cartId, addressId, expectedTotal, idempotencyKey: newKey() };
      const { placeOrder } = await way.client.ask(PlaceOrderDocument, { input });
      way.orderId = accepted(placeOrder, 'order').id;
    },
  },
  {
    name: 'PayOrder',
    async walk({ client, orderId }) {
      const input = { orderId, provider: 'TEST' as const, idempotencyKey: newKey() };
      const { payOrder } = await client.ask(PayOrderDocument, { input });
      const { status } = accepted(payOrder, 'order');
      if (status !== 'PAID') throw new Error(`the paid order is ${status}`);
    },
  },
];

/** Everybody walks all the way, so many at once; the times of the whole journeys, milliseconds. */
export const walkAll = (ways: readonly Way[], clients: number): Promise<number[]> =>
  atMost(clients, ways, async (way) => {
    const begunAt = performance.now();
    for (const stage of stages) await stage.walk(way);
    return performance.now() - begunAt;
  });
