import { pageOf } from '#kit/connection/connection.ts';
import { readMoneyInput } from '#kit/graphql/money.resolvers.ts';
import { money } from '#kit/money/money.ts';
import { hasScope } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { maySee, memberOf } from '../caller.ts';
import { checkoutRequestOf } from '../checkout/checkout-request.ts';
import type { Context } from '../context.ts';
import type { OrderStatus } from './domain/order-states.ts';
import type { Order } from './domain/order.ts';
import { orderPayloadOf, placedPayloadOf } from './order-payload.ts';

/** The order if it exists for the viewer: the one rule for queries, references and fields. */
async function seen(found: Promise<Order | null>, { viewer }: Context): Promise<Order | null> {
  const order = await found;
  return order !== null && maySee(viewer, order) ? order : null;
}

/** Only confirmed orders are ever read: their states are those of the graph. */
const visibleStatus = (status: Order['status']) => status as OrderStatus;

export const orderResolvers = {
  Query: {
    order: (_root, { id }, context) => seen(context.loaders.orderById.load(id), context),
    orderByNumber: (_root, { number }, context) => seen(context.loaders.orderByNumber.load(number), context),
    orders: (_root, { filter, first, after }, { lists }) =>
      lists.orders(
        {
          status: filter?.status ?? undefined,
          memberId: filter?.memberId ?? undefined,
          channel: filter?.channel ?? undefined,
          placedFrom: filter?.placedFrom ?? undefined,
          placedBefore: filter?.placedBefore ?? undefined,
        },
        pageOf({ first, after }),
      ),
  },
  Mutation: {
    placeOrder: async (_root, { input }, context) => {
      const { viewer, call, actions } = context;
      const expected = input.expectedTotal == null ? null : readMoneyInput(input.expectedTotal, ['expectedTotal']);
      if (expected?.ok === false) return orderPayloadOf(expected, viewer.locale);
      const request = {
        checkout: checkoutRequestOf(input),
        expectedTotal: expected?.value ?? null,
        note: input.note ?? null,
        idempotencyKey: input.idempotencyKey,
      };
      return placedPayloadOf(await actions.placeOrder(request, memberOf(viewer), call), context);
    },
    cancelOrder: async (_root, { input }, { viewer, call, actions }) =>
      orderPayloadOf(
        await actions.cancelOrder({ ...input, reason: input.reason ?? null }, viewer, call),
        viewer.locale,
      ),
    confirmReceipt: async (_root, { input }, { viewer, actions }) =>
      orderPayloadOf(await actions.confirmReceipt(input.orderId, memberOf(viewer)), viewer.locale),
  },
  Member: {
    orders: async ({ id }, { first, after, status }, { viewer, lists }) => {
      const own = viewer.kind === 'MEMBER' ? viewer.id === id : hasScope(viewer, 'order:read');
      return own ? lists.orders({ memberId: id, status: status ?? undefined }, pageOf({ first, after })) : null;
    },
  },
  Order: {
    id: (order) => order._id,
    status: (order) => visibleStatus(order.status),
    member: ({ memberId }) => (memberId === null ? null : { id: memberId }),
    subtotal: ({ subtotalMinor, currency }) => money(subtotalMinor, currency),
    discount: ({ discountMinor, currency }) => money(discountMinor, currency),
    freight: ({ freightMinor, currency }) => money(freightMinor, currency),
    total: ({ totalMinor, currency }) => money(totalMinor, currency),
    refunded: ({ refundedMinor, currency }) => money(refundedMinor, currency),
    address: (order, _args, { viewer, privacy }) => (viewer.kind === 'ANALYST' ? null : privacy.addressOf(order)),
    note: (order, _args, { viewer, privacy }) => (viewer.kind === 'ANALYST' ? null : privacy.wishOf(order)),
    lines: ({ lines, currency }) => lines.map((line) => ({ line, currency })),
    plannedDeliveries: ({ deliveries, currency }) => deliveries.map((delivery) => ({ delivery, currency })),
    payments: (order, _args, { loaders }) => loaders.paymentsByOrder.load(order._id),
    refunds: (order, _args, { loaders }) => loaders.refundsByOrder.load(order._id),
    afterSales: (order, _args, { loaders }) => loaders.afterSalesByOrder.load(order._id),
    timeline: (order, _args, { viewer, privacy }) =>
      viewer.kind === 'ANALYST' ? [...order.timeline] : privacy.timelineOf(order),
    externalRef: ({ external }) => external,
    __resolveReference: (reference, context) => {
      const { loaders } = context;
      if ('id' in reference) return seen(loaders.orderById.load(reference.id), context);
      return seen(loaders.orderByNumber.load(reference.number), context);
    },
  },
  OrderLine: {
    id: ({ line }) => line.lineId,
    sku: ({ line }) => ({ id: line.skuId }),
    title: ({ line }) => line.title,
    quantity: ({ line }) => line.quantity,
    afterSaleQuantity: ({ line }) => line.claimedUnits,
    unitPrice: ({ line, currency }) => money(line.unitPriceMinor, currency),
    total: ({ line, currency }) => money(line.totalMinor, currency),
    steps: ({ line, currency }) => line.steps.map((step) => ({ step, currency })),
    shipsAfter: ({ line }) => line.shipsAfter ?? null,
    supplier: ({ line }) => (line.supplierId == null ? null : { id: line.supplierId }),
  },
  OrderTimelineEntry: {
    status: ({ status }) => visibleStatus(status),
  },
} satisfies Resolvers;
