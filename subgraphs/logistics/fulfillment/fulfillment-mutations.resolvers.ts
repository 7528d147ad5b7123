import { callerOf } from '#kit/idempotency/once.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import type { Context } from '../context.ts';
import { messages } from '../messages.ts';

/** The steps that people take on fulfillments. */
export const fulfillmentMutations = {
  Mutation: {
    startPicking: async (_root, { input }, context) =>
      payloadOf(await context.actions.work.startPicking({ ...input, caller: callerOf(context.viewer) }), context),
    pickFulfillment: async (_root, { input }, context) =>
      payloadOf(await context.actions.work.pick({ ...input, caller: callerOf(context.viewer) }), context),
    packFulfillment: async (_root, { input }, context) => {
      const parcels = input.parcels?.map(({ weightGrams, lines }) => ({ weightGrams, lines: lines ?? null })) ?? null;
      const command = { ...input, parcels, caller: callerOf(context.viewer) };
      return payloadOf(await context.actions.work.pack(command, context), context);
    },
    shipFulfillment: async (_root, { input }, context) =>
      payloadOf(await context.actions.shipFulfillment({ ...input, caller: callerOf(context.viewer) }), context),
  },
} satisfies Resolvers;

async function payloadOf(outcome: Outcome<string>, { loaders, stores, viewer }: Context) {
  if (!outcome.ok) return { fulfillment: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
  // An earlier mutation of the same document may have loaded it as it was.
  loaders.shipmentByFulfillment.clear(outcome.value);
  return { fulfillment: await stores.fulfillments.byId(outcome.value), userErrors: [] };
}
