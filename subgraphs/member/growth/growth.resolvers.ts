import type { Resolvers } from '../__generated__/types.ts';
import { tierShown } from './domain/tiers.ts';

/** Tier and growth of a member. */
export const growthResolvers = {
  Member: {
    tier: ({ growth }, _args, { viewer }) => tierShown(growth.tierLevel, growth.growth, viewer.locale),
    growth: ({ growth }) => growth.growth,
  },
} satisfies Resolvers;
