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
    hold: ({ hold }) => hold ?? null,
  },
} satisfies Resolvers;
