import { pageOf } from '#kit/connection/connection.ts';
import { toUserErrors } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { memberMessages } from '../messages.ts';

/** Partners and their keys. */
export const partnerResolvers = {
  Query: {
    partners: (_parent, args, { actions }) => actions.listPartners(pageOf(args)),
  },
  Partner: {
    apiKeys: ({ id }, _args, { loaders }) => loaders.apiKeysByPartner.load(id),
  },
  Mutation: {
    createPartner: async (_parent, { input }, { viewer, actions }) => {
      const outcome = await actions.createPartner(input.name);
      if (outcome.ok) return { partner: outcome.value, userErrors: [] };
      return { partner: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, memberMessages) };
    },
    issueApiKey: async (_parent, { input }, { viewer, actions }) => {
      const outcome = await actions.issueApiKey(input);
      if (outcome.ok) return { ...outcome.value, userErrors: [] };
      return { apiKey: null, key: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, memberMessages) };
    },
    rotateApiKey: async (_parent, { input }, { viewer, actions }) => {
      const outcome = await actions.rotateApiKey(input);
      if (outcome.ok) return { ...outcome.value, userErrors: [] };
      return { apiKey: null, key: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, memberMessages) };
    },
    revokeApiKey: async (_parent, { input }, { viewer, actions }) => {
      const outcome = await actions.revokeApiKey(input.apiKeyId);
      if (outcome.ok) return { apiKey: outcome.value, userErrors: [] };
      return { apiKey: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, memberMessages) };
    },
  },
} satisfies Resolvers;
