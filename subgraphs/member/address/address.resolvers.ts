import { toUserErrors } from '#kit/user-error/user-error.ts';
import { memberIdOf } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { maskedLine, maskName, maskPhone } from '../member/domain/masking.ts';
import { memberMessages } from '../messages.ts';
import { shownAddresses } from './domain/address-book.ts';

/** A member's addresses. */
export const addressResolvers = {
  Member: {
    addresses: async ({ id }, _args, { loaders }) => shownAddresses(await loaders.addressBookByMember.load(id)),
  },
  Address: {
    recipient: ({ recipient }, _args, { viewer }) => (viewer.kind === 'ANALYST' ? maskName(recipient) : recipient),
    phone: ({ phone }, _args, { viewer }) => (viewer.kind === 'ANALYST' ? maskPhone(phone) : phone),
    line: ({ line }, _args, { viewer }) => (viewer.kind === 'ANALYST' ? maskedLine : line),
  },
  Mutation: {
    saveAddress: async (_parent, { input }, { viewer, actions }) => {
      const outcome = await actions.saveAddress(memberIdOf(viewer), input);
      if (outcome.ok) return { address: outcome.value, userErrors: [] };
      return { address: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, memberMessages) };
    },
    removeAddress: async (_parent, { input }, { viewer, actions }) => {
      const outcome = await actions.removeAddress(memberIdOf(viewer), input.id);
      if (outcome.ok) return { removedId: input.id, addresses: shownAddresses(outcome.value), userErrors: [] };
      const userErrors = toUserErrors(outcome.refusals, viewer.locale, memberMessages);
      return { removedId: null, addresses: null, userErrors };
    },
  },
} satisfies Resolvers;
