import { newId } from '#kit/ids/ids.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { shopIn } from './documents.ts';
import { onSale, staff, type Answer, type OrderWorld } from './order-world.ts';

const clerk = staff('order:read', 'order:write');
const facts = `id kind status refusal refundAmount { amount } replacement
  lines { orderLineId quantity receivedQuantity refundAmount { amount } paidAmount { amount } replacementSku { id } }
  returnParcel { carrier trackingNumber } receipts { id lines { restocked writtenOff reason refundAmount { amount } } refundAmount { amount } }`;
const parts = `afterSale { ${facts} order { id refundStatus status } }
  userErrors { __typename code message path ... on InvalidStateError { state } ... on AfterSaleWindowClosedError { closedAt }
  ... on ReplacementDearerError { difference { amount } } ... on InsufficientStockError { skuId requested available } }`;

/** What tests of after-sales ask again and again. */
export function afterSalesIn(world: OrderWorld) {
  const { neighbours, clock } = world;
  const shop = shopIn(world);

  return {
    shop,
    /** Asks for the first unit of the first line back, unless told otherwise. */
    request: (viewer: Viewer, order: Answer, input: Record<string, unknown> = {}): Promise<Answer> =>
      shop.mutate(
        viewer,
        'requestAfterSale',
        {
          orderId: order.id,
          kind: 'REFUND_ONLY',
          lines: [{ orderLineId: order.lines[0].id, quantity: 1 }],
          reason: '有瑕疵',
          idempotencyKey: newId('request'),
          ...input,
        },
        parts,
      ),
    /** A step of a request, taken by a clerk unless told otherwise. */
    decide: (name: string, afterSaleId: string, more: object = {}, viewer = clerk): Promise<Answer> =>
      shop.mutate(viewer, name, { afterSaleId, ...more }, parts),
    afterSalesOf: async (viewer: Viewer, order: Answer): Promise<Answer> => {
      const query = `query ($id: ID!) { order(id: $id) { afterSales { ${facts} } } }`;
      return (await world.ask(viewer, query, { id: order.id })).order.afterSales;
    },
    /** A paid order of one line that has left its warehouse. */
    shippedOrder: async (viewer: Viewer, quantity = 3, minor = 233): Promise<Answer> => {
      const order = await shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor }), quantity });
      await world.tell('fulfillment.shipped', {
        orderId: order.id,
        fulfillmentId: 'ful_1',
        shipmentId: 'shp_1',
        remaining: 0,
        shippedAt: clock.now().toISOString(),
      });
      return shop.order(viewer, order.id);
    },
  };
}
