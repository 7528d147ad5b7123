import { toUserErrors } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { maySee } from '../caller.ts';
import type { Context } from '../context.ts';
import { messages } from '../messages.ts';
import { orderPayloadOf } from '../order/order-payload.ts';
import type { Order } from '../order/domain/order.ts';

/** Those of the orders that the viewer may see. */
async function seen(ids: readonly string[], { loaders, viewer }: Context): Promise<Order[]> {
  const found = await Promise.all(ids.map((id) => loaders.orderById.load(id)));
  return found.flatMap((order) => (order !== null && maySee(viewer, order) ? [order] : []));
}

export const splitAndMergeResolvers = {
  Mutation: {
    splitOrder: async (_root, { input }, { viewer, call, actions }) => {
      const { parts, ...asked } = input;
      const request = { ...asked, parts: (parts ?? []).map(({ lines }) => lines) };
      const done = await actions.regroupOrders.split(request, viewer, call);
      return done.ok
        ? { ...done.value, parts: [...done.value.parts], userErrors: [] }
        : { order: null, parts: [], userErrors: toUserErrors(done.refusals, viewer.locale, messages) };
    },
    mergeOrders: async (_root, { input }, { viewer, call, actions }) =>
      orderPayloadOf(await actions.regroupOrders.merge(input, viewer, call), viewer.locale),
  },
  Order: {
    splitInto: ({ splitInto }, _args, context) => seen(splitInto ?? [], context),
    splitFrom: async ({ splitFrom }, _args, context) => (await seen(splitFrom ? [splitFrom] : [], context))[0] ?? null,
    mergedInto: async ({ mergedInto }, _args, context) =>
      (await seen(mergedInto ? [mergedInto] : [], context))[0] ?? null,
    mergedFrom: ({ mergedFrom }, _args, context) => seen(mergedFrom ?? [], context),
  },
} satisfies Resolvers;
