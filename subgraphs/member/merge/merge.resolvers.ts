import { actorOf } from '#kit/audit-log/audit-entry.ts';
import { callerOf } from '#kit/idempotency/once.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import { memberIdOf } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import type { Context } from '../context.ts';
import { memberMessages } from '../messages.ts';
import type { MemberMerge } from './domain/member-merge.ts';

/** Who turned out to be whom. */
export const mergeResolvers = {
  Member: {
    mergedFrom: ({ id }, _args, { loaders }) => loaders.mergesByMember.load(id),
  },
  MemberMerge: {
    by: ({ by }) => by.kind,
    byId: ({ by }) => by.id,
    reason: ({ reason }, _args, { viewer }) => (viewer.kind === 'ANALYST' ? null : reason),
  },
  Mutation: {
    mergeIntoMe: async (_parent, { input }, context) => {
      const { viewer, actions, clientAddress } = context;
      const place = { channel: viewer.channel, clientAddress: clientAddress ?? null };
      const call = callBy(context, ['other'], ['me']);
      return payloadOf(await actions.mergeIntoMe(place, memberIdOf(viewer), input, call), context);
    },
    mergeMembers: async (_parent, { input }, context) =>
      payloadOf(
        await context.actions.mergeMembers(
          callerOf(context.viewer),
          input,
          callBy(context, ['memberId'], ['intoMemberId']),
        ),
        context,
      ),
  },
} satisfies Resolvers;

function callBy({ viewer, requestId }: Context, merged: readonly string[], into: readonly string[]) {
  return { actor: actorOf(viewer), requestId, paths: { merged, into } };
}

async function payloadOf(outcome: Outcome<MemberMerge>, { viewer, loaders }: Context) {
  if (!outcome.ok) {
    return { member: null, mergedId: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, memberMessages) };
  }
  const { mergedId, memberId } = outcome.value;
  // Read after the merge: whatever this request has loaded before is from before.
  const member = await loaders.survivorById.clear(memberId).load(memberId);
  return { member, mergedId, userErrors: [] };
}
