import { connectionOf, encodeCursor, pageOf, type ConnectionParent } from '#kit/connection/connection.ts';
import type { FulfillmentFilter, Resolvers } from '../__generated__/types.ts';
import type { Context } from '../context.ts';
import { existing } from '../stock/stock.resolvers.ts';
import { statusOf, whenDone, type Fulfillment } from './domain/fulfillment.ts';
import { mayRead } from './may-read.ts';

/** Fulfillments, for those who may see them. */
export const fulfillmentResolvers = {
  Query: {
    fulfillments: async (_root, { filter, first, after }, context) => {
      const page = pageOf({ first, after });
      const selection = await selectionOf(filter ?? {}, context);
      const { fulfillments } = context.stores;
      return connectionOf<Fulfillment>({
        rows: selection === null ? [] : await fulfillments.page(selection, page),
        first: page.first,
        after: page.after,
        cursorOf: (fulfillment) => encodeCursor([fulfillment.id]),
        totalCount: async () => (selection === null ? 0 : fulfillments.count(selection)),
      }) satisfies ConnectionParent<Fulfillment>;
    },
    fulfillment: (_root, { id }, context) => visible(id, context),
  },
  Order: {
    fulfillments: async ({ id }, _args, { loaders, viewer }) => {
      const ofOrder = await loaders.fulfillmentsByOrder.load(id);
      return ofOrder.filter((fulfillment) => mayRead(viewer, fulfillment));
    },
  },
  Fulfillment: {
    __resolveReference: ({ id }, context) => visible(id, context),
    status: ({ stage }) => statusOf(stage),
    onHold: async ({ orderId }, _args, { loaders }) =>
      (await loaders.reservationByOrder.load(orderId))?.onHold === true,
    order: ({ orderId }) => ({ id: orderId }),
    afterSale: ({ afterSaleId }) => (afterSaleId === undefined ? null : { id: afterSaleId }),
    warehouse: ({ warehouseId }, _args, { loaders }) => existing(loaders, warehouseId),
    shipsAfter: ({ shipsAfter }) => shipsAfter ?? null,
    shipment: ({ id }, _args, { loaders }) => loaders.shipmentByFulfillment.load(id),
    pickedAt: (fulfillment) => whenDone(fulfillment, 'PICK'),
    packedAt: (fulfillment) => whenDone(fulfillment, 'PACK'),
    shippedAt: (fulfillment) => whenDone(fulfillment, 'SHIP'),
    deliveredAt: (fulfillment) => whenDone(fulfillment, 'DELIVER'),
    cancelledAt: (fulfillment) => whenDone(fulfillment, 'CANCEL'),
  },
  TooEarlyError: {
    // Refusals are JSON, so that a repeated call gets the first answer.
    shipsAfter: ({ shipsAfter }) => new Date(shipsAfter),
  },
  FulfillmentLine: { sku: ({ skuId }) => ({ id: skuId }) },
  ParcelLine: { sku: ({ skuId }) => ({ id: skuId }) },
} satisfies Resolvers;

async function visible(id: string, { loaders, viewer }: Context): Promise<Fulfillment | null> {
  const fulfillment = await loaders.fulfillmentById.load(id);
  return fulfillment !== null && mayRead(viewer, fulfillment) ? fulfillment : null;
}

/** The filter by ids; null when it names a warehouse that doesn't exist, which has no fulfillments. */
async function selectionOf({ warehouseCode, status, orderId }: FulfillmentFilter, { loaders }: Context) {
  const warehouse = warehouseCode == null ? null : await loaders.warehouseByCode.load(warehouseCode);
  if (warehouseCode != null && warehouse === null) return null;
  return {
    ...(warehouse === null ? {} : { warehouseId: warehouse.id }),
    ...(orderId == null ? {} : { orderId }),
    ...(status == null ? {} : { statuses: status }),
  };
}
