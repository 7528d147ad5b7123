import type { Resolvers } from '../__generated__/types.ts';
import { memberOf } from '../caller.ts';
import { orderPayloadOf } from '../order/order-payload.ts';

export const noteResolvers = {
  Mutation: {
    addOrderNote: async (_root, { input }, { viewer, actions }) =>
      orderPayloadOf(await actions.noteOnOrder.byStaff(input, viewer), viewer.locale),
    changeOrderNote: async (_root, { input: { orderId, note } }, { viewer, actions }) =>
      orderPayloadOf(
        await actions.noteOnOrder.byShopper({ orderId, note: note ?? null }, memberOf(viewer)),
        viewer.locale,
      ),
  },
  Order: {
    // What staff write for each other may name people.
    staffNotes: (order, _args, { viewer, privacy }) => (viewer.kind === 'ANALYST' ? [] : privacy.notesOf(order)),
  },
} satisfies Resolvers;
