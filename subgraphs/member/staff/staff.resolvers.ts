import { pageOf } from '#kit/connection/connection.ts';
import { toUserErrors } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { memberMessages } from '../messages.ts';

/** Everybody who works here. */
export const staffResolvers = {
  Query: {
    staff: (_parent, args, { actions }) => actions.listStaff(pageOf(args)),
  },
  Mutation: {
    createStaff: async (_parent, { input }, { viewer, actions }) => {
      const outcome = await actions.createStaff(input);
      if (outcome.ok) return { staff: outcome.value, userErrors: [] };
      return { staff: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, memberMessages) };
    },
  },
} satisfies Resolvers;
