import { money } from '#kit/money/money.ts';
import type { Resolvers } from '../__generated__/types.ts';

export const refundResolvers = {
  Refund: {
    id: (refund) => refund._id,
    amount: ({ amountMinor, currency }) => money(amountMinor, currency),
  },
} satisfies Resolvers;
