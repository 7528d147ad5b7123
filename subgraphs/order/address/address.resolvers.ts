import type { Resolvers } from '../__generated__/types.ts';
import { orderPayloadOf } from '../order/order-payload.ts';

export const addressResolvers = {
  Mutation: {
    changeOrderAddress: async (_root, { input }, { viewer, call, actions }) =>
      orderPayloadOf(await actions.changeOrderAddress(input, viewer, call), viewer.locale),
  },
} satisfies Resolvers;
