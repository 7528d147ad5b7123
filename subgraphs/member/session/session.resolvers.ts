import { toUserErrors } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import type { Context } from '../context.ts';
import { memberMessages } from '../messages.ts';
import { isStaffRole } from '../staff/domain/roles.ts';
import type { Person } from './domain/person.ts';
import type { ViewerMapper } from './session.mappers.ts';

/** Signing up, in, on and out. */
export const sessionResolvers = {
  Query: {
    viewer: async (_parent, _args, { viewer, actions }) => {
      if (viewer.id === null) return null;
      const { id, kind } = viewer;
      if (kind === 'MEMBER') return viewerOf(await actions.findPerson({ id, kind }));
      if (kind === 'STAFF' || kind === 'ANALYST') return viewerOf(await actions.findPerson({ id, kind: 'STAFF' }));
      const partner = kind === 'PARTNER' ? await actions.findPartner(id) : null;
      return partner === null ? null : { id, kind: 'PARTNER', displayName: partner.name, roles: [] };
    },
  },
  Mutation: {
    signUp: async (_parent, { input }, context) => {
      const outcome = await context.actions.signUp(input, placeOf(context, input));
      if (!outcome.ok) return { session: null, member: null, userErrors: errorsFor(outcome.refusals, context) };
      return { ...outcome.value, userErrors: [] };
    },
    signIn: async (_parent, { input }, context) => {
      const outcome = await context.actions.signIn(input, placeOf(context, input));
      if (!outcome.ok) return { session: null, viewer: null, userErrors: errorsFor(outcome.refusals, context) };
      return { session: outcome.value.session, viewer: viewerOf(outcome.value.person), userErrors: [] };
    },
    signInWithWeChat: async (_parent, { input }, context) => {
      const outcome = await context.actions.signInWithWeChat(input, placeOf(context, input));
      if (!outcome.ok) return { session: null, viewer: null, userErrors: errorsFor(outcome.refusals, context) };
      return { session: outcome.value.session, viewer: viewerOf(outcome.value.person), userErrors: [] };
    },
    refreshSession: async (_parent, { input }, context) => {
      const outcome = await context.actions.refreshSession(input.refreshToken);
      if (!outcome.ok) return { session: null, userErrors: errorsFor(outcome.refusals, context) };
      return { session: outcome.value, userErrors: [] };
    },
    signOut: async (_parent, { input }, { actions }) => ({
      signedOut: await actions.signOut(input.refreshToken),
      userErrors: [],
    }),
  },
} satisfies Resolvers;

function placeOf({ viewer, clientAddress }: Context, { guestCartId }: { readonly guestCartId?: string | null }) {
  return { channel: viewer.channel, guestCartId: guestCartId ?? null, clientAddress: clientAddress ?? null };
}

function viewerOf(person: Person | null): ViewerMapper | null {
  if (person === null) return null;
  const { id, kind, displayName, roles } = person;
  return { id, kind, displayName, roles: roles.filter(isStaffRole) };
}

function errorsFor(refusals: Parameters<typeof toUserErrors>[0], { viewer }: Context) {
  return toUserErrors(refusals, viewer.locale, memberMessages);
}
