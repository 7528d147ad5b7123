import type { Resolvers } from '../__generated__/types.ts';
import { orderPayloadOf } from '../order/order-payload.ts';

export const holdResolvers = {
  Mutation: {
    putOrderOnHold: async (_root, { input }, { viewer, actions }) =>
      orderPayloadOf(await actions.holdOrder.put(input, viewer), viewer.locale),
    releaseOrderHold: async (_root, { input }, { viewer, actions }) =>
      orderPayloadOf(await actions.holdOrder.release(input.orderId), viewer.locale),
  },
  Order: {
    hold: async (order, _args, { viewer, privacy }) => {
      if (order.hold == null) return null;
      const { reason, ...hold } = order.hold;
      const words = viewer.kind === 'ANALYST' ? null : await privacy.wordsOf(order, 'orders.hold', order._id, reason);
      return { ...hold, reason: words ?? '' };
    },
  },
} satisfies Resolvers;
