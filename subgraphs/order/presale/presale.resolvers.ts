import { readMoneyInput } from '#kit/graphql/money.resolvers.ts';
import { money } from '#kit/money/money.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { memberOf } from '../caller.ts';
import { orderPayloadOf, placedPayloadOf } from '../order/order-payload.ts';
import { dueOf, isPresale } from './domain/order-presale.ts';

export const presaleResolvers = {
  Mutation: {
    placePresaleOrder: async (_root, { input }, context) => {
      const { viewer, call, actions } = context;
      const { address, addressId, expectedTotal, ...rest } = input;
      const expected = expectedTotal == null ? undefined : readMoneyInput(expectedTotal, ['expectedTotal']);
      if (expected?.ok === false) return orderPayloadOf(expected, viewer.locale);
      const destination = {
        address: address ? { ...address, postalCode: address.postalCode ?? null } : null,
        addressId: addressId ?? null,
      };
      const request = { ...rest, ...destination, expectedTotal: expected?.value };
      return placedPayloadOf(await actions.placePresaleOrder(request, memberOf(viewer), call), context);
    },
  },
  Order: {
    presale: (order) => (isPresale(order) ? order : null),
  },
  OrderPresale: {
    presale: ({ presale }) => ({ id: presale.presaleId }),
    phase: ({ presale }) => presale.phase,
    deposit: ({ presale, currency }) => money(presale.depositMinor, currency),
    depositWorth: ({ presale, currency }) => money(presale.depositWorthMinor, currency),
    balance: ({ presale, currency }) => money(presale.balanceMinor, currency),
    due: (order) => {
      const due = dueOf(order);
      return due.ok ? money(due.value.amountMinor, order.currency) : null;
    },
    depositPaidAt: ({ presale }) => presale.depositPaidAt,
    balanceDueAt: ({ presale }) => presale.balanceDueAt,
    balanceFrom: ({ presale }) => presale.balanceFrom,
    balanceTo: ({ presale }) => presale.balanceTo,
    shipsAfter: ({ presale }) => presale.shipsAfter,
    ifUnpaid: ({ presale }) => presale.ifUnpaid,
    forfeited: ({ presale, currency }) => money(presale.forfeitedMinor, currency),
  },
  PresaleNotOpenError: {
    // Refusals are JSON, so that a repeated call gets the first answer.
    depositFrom: ({ depositFrom }) => new Date(depositFrom),
    depositTo: ({ depositTo }) => new Date(depositTo),
  },
  BalanceNotDueError: {
    balanceFrom: ({ balanceFrom }) => new Date(balanceFrom),
    balanceTo: ({ balanceTo }) => new Date(balanceTo),
  },
} satisfies Resolvers;
