import { newId } from '#kit/ids/ids.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { address, type Answer, type OrderWorld } from './order-world.ts';

const errors = 'userErrors { __typename code message path }';
const orderParts = `id number status refundStatus channel placedAt expiresAt pointsSpent
  subtotal { amount } discount { amount } freight { amount } total { amount currency } refunded { amount }
  lines { id sku { id } title quantity afterSaleQuantity unitPrice { amount } total { amount } steps { kind } }
  payments { id provider status amount { amount } refunded { amount } }
  refunds { id amount { amount } status cause }
  timeline { at status actor note }
  externalRef { system id }`;

/** What tests ask again and again, as documents of clients. */
export function shopIn(world: OrderWorld) {
  const mutate = async (
    viewer: Viewer,
    name: string,
    input: Record<string, unknown>,
    selection: string,
  ): Promise<Answer> => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const answer = await world.ask(viewer, `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, {
      input,
    });
    return answer[name];
  };
  return {
    mutate,
    /** Puts lines into the viewer's cart. */
    async cart(viewer: Viewer, ...lines: { skuId: string; quantity: number }[]): Promise<Answer> {
      return (await mutate(viewer, 'addCartLines', { lines }, 'cart { id lines { id quantity } }')).cart;
    },
    /** Places an order; an address and a fresh key unless given. */
    async place(viewer: Viewer, input: Record<string, unknown>): Promise<Answer> {
      const facts = `... on InsufficientStockError { skuId requested available } ... on CouponNotUsableError { couponId reason }
        ... on PriceChangedError { expected { amount currency } current { amount currency } }
        ... on CurrencyMismatchError { expectedCurrency givenCurrency } ... on InvalidStateError { state }
        ... on InsufficientPointsError { requested available }`;
      return mutate(
        viewer,
        'placeOrder',
        { address, idempotencyKey: newId('request'), ...input },
        `order { ${orderParts} } userErrors { __typename code message path ${facts} }`,
      );
    },
    async pay(viewer: Viewer, orderId: string, input: Record<string, unknown> = {}): Promise<Answer> {
      return mutate(
        viewer,
        'payOrder',
        { orderId, provider: 'TEST', idempotencyKey: newId('request'), ...input },
        `payment { id status provider amount { amount currency } clientParameters } order { id status }
         userErrors { __typename code message path ... on InvalidStateError { state } ... on PaymentProviderUnavailableError { provider } }`,
      );
    },
    async cancel(viewer: Viewer, orderId: string, input: Record<string, unknown> = {}): Promise<Answer> {
      return mutate(
        viewer,
        'cancelOrder',
        { orderId, idempotencyKey: newId('request'), ...input },
        `order { ${orderParts} } userErrors { __typename code message path ... on InvalidStateError { state } }`,
      );
    },
    async receive(viewer: Viewer, orderId: string): Promise<Answer> {
      return mutate(viewer, 'confirmReceipt', { orderId }, `order { ${orderParts} } ${errors}`);
    },
    async order(viewer: Viewer, id: string): Promise<Answer> {
      return (await world.ask(viewer, `query ($id: ID!) { order(id: $id) { ${orderParts} } }`, { id })).order;
    },
    /** A paid order of one member. */
    async paidOrder(viewer: Viewer, ...lines: { skuId: string; quantity: number }[]): Promise<Answer> {
      const { order } = await this.place(viewer, { lines });
      const { userErrors } = await this.pay(viewer, order.id);
      if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
      return this.order(viewer, order.id);
    },
  };
}
