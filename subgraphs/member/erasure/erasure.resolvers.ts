import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import { memberIdOf, type Locale } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { memberMessages } from '../messages.ts';

function payloadOf(outcome: Outcome<string>, locale: Locale) {
  return outcome.ok
    ? { erasedId: outcome.value, userErrors: [] }
    : { erasedId: null, userErrors: toUserErrors(outcome.refusals, locale, memberMessages) };
}

/** Forgetting who somebody was. */
export const erasureResolvers = {
  Mutation: {
    eraseMe: async (_parent, { input }, { viewer, actions }) =>
      payloadOf(await actions.eraseMe(memberIdOf(viewer), input), viewer.locale),
    eraseMember: async (_parent, { input }, { viewer, actions }) =>
      payloadOf(await actions.eraseMember(input.memberId), viewer.locale),
  },
} satisfies Resolvers;
