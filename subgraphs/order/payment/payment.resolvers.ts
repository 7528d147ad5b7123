import { money } from '#kit/money/money.ts';
import { toUserErrors } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { maySee, memberOf } from '../caller.ts';
import { messages } from '../messages.ts';

export const paymentResolvers = {
  Query: {
    paymentReconciliation: (_root, { date, provider }, { lists }) => lists.reconciliation(provider, date),
  },
  Mutation: {
    payOrder: async (_root, { input }, { viewer, actions, call }) => {
      const outcome = await actions.payOrder({ ...input, scene: input.scene ?? 'WEB' }, memberOf(viewer), call);
      return outcome.ok
        ? { ...outcome.value, userErrors: [] }
        : { payment: null, order: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
    },
  },
  Payment: {
    id: (payment) => payment._id,
    amount: ({ amountMinor, currency }) => money(amountMinor, currency),
    part: ({ part }) => part ?? null,
    refunded: ({ refundedMinor, currency }) => money(refundedMinor, currency),
    __resolveReference: async ({ id }, { viewer, loaders }) => {
      const payment = await loaders.paymentById.load(id);
      const order = payment && (await loaders.orderById.load(payment.orderId));
      return order && maySee(viewer, order) ? payment : null;
    },
  },
  PaymentReconciliation: {
    paymentCount: ({ payments }) => payments,
    refundCount: ({ refunds }) => refunds,
  },
  ReconciliationDifference: {
    here: ({ here }) => here && money(here.amountMinor, here.currency),
    atProvider: ({ atProvider }) => atProvider && money(atProvider.amountMinor, atProvider.currency),
  },
} satisfies Resolvers;
