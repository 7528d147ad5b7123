import { pageOf } from '#kit/connection/connection.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { emptyAccount, summaryOf } from './domain/account.ts';

/** A member's points and their ledger. */
export const pointsResolvers = {
  Member: {
    points: async ({ id }, _args, { loaders, clock }) =>
      summaryOf((await loaders.pointsByMember.load(id)) ?? emptyAccount(id), clock.now()),
    pointsLedger: ({ id }, args, { actions }) => actions.listPointsEntries(id, pageOf(args)),
  },
} satisfies Resolvers;
