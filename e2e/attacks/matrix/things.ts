import { newId } from '#kit/ids/ids.ts';
import { RequestAfterSaleDocument } from '../../__generated__/operations.ts';
import { accepted } from '../../world/client.ts';
import type { Shop } from '../../world/shop.ts';
import type { Shopper } from '../../world/shopper.ts';
import { newKey, yuan } from '../../world/unique.ts';
import type { Owned } from './what-ids-name.ts';

/** An id, or a number, for each kind of thing that somebody can own. */
export type Things = Readonly<Record<Owned, string>>;

/** Ids such as ours that nothing has. */
export const unknownThings: Things = {
  address: newId('address'),
  afterSale: newId('afterSale'),
  cart: newId('cart'),
  cartLine: newId('cartLine'),
  coupon: newId('coupon'),
  fulfillment: newId('fulfillment'),
  invoice: newId('invoice'),
  order: newId('order'),
  orderLine: newId('orderLine'),
  orderNumber: '20200101000000000000',
  payment: newId('payment'),
  shipment: newId('shipment'),
  supplier: newId('supplier'),
  trackingNumber: 'SF0000000000000',
  member: newId('member'),
};

/** What can't be had here: the tests' graphs have no issuer of invoices. Strangers try theirs where an issuer stands in, beside the feature. */
export const notToBeHad: ReadonlySet<string> = new Set<Owned>(['invoice']);

/** One of everything that a shopper can have: a cart, a coupon, a paid order on its way with an after-sale; and a supplier of the shop. */
export async function thingsOf(shop: Shop, shopper: Shopper): Promise<Things> {
  const product = await shop.product({ price: '50.00', stock: 20 });
  const template = await shop.coupon({ amountOff: yuan('5.00'), scope: { productIds: [product.id] } });
  const cart = await shopper.adds(product.sku.id, 2);
  const { id: orderId } = await shopper.places([{ skuId: product.sku.id, quantity: 1 }]);
  await shopper.pays({ id: orderId });
  await shop.warehouse.sends({ id: orderId });
  const order = await shopper.sees({ id: orderId });
  const orderLine = order.lines[0]?.id ?? '';
  const { requestAfterSale } = await shopper.client.ask(RequestAfterSaleDocument, {
    input: {
      orderId,
      kind: 'REFUND_ONLY',
      lines: [{ orderLineId: orderLine, quantity: 1 }],
      reason: '不想要了',
      idempotencyKey: newKey(),
    },
  });
  const shipped = await shopper.client.sendText(
    'query ($id: ID!) { order(id: $id) { fulfillments { id shipment { id trackingNumber } } } }',
    { id: orderId },
  );
  type Sent = { id: string; shipment: { id: string; trackingNumber: string } | null };
  const [fulfillment] = (shipped.data as { order: { fulfillments: Sent[] } }).order.fulfillments;
  return {
    address: shopper.addressId,
    afterSale: accepted(requestAfterSale, 'afterSale').id,
    cart: cart.id,
    cartLine: cart.lines[0]?.id ?? '',
    coupon: await shopper.claims(template),
    fulfillment: fulfillment?.id ?? '',
    invoice: unknownThings.invoice,
    order: orderId,
    orderLine,
    orderNumber: order.number,
    payment: order.payments[0]?.id ?? '',
    shipment: fulfillment?.shipment?.id ?? '',
    trackingNumber: fulfillment?.shipment?.trackingNumber ?? '',
    supplier: (await shop.supplier('茶山合作社')).id,
    member: shopper.id,
  };
}
