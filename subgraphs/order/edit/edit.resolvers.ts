import { readMoneyInput } from '#kit/graphql/money.resolvers.ts';
import { money } from '#kit/money/money.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { OrderEditPreviewInput, Resolvers } from '../__generated__/types.ts';
import { messages } from '../messages.ts';
import type { EditOutcome } from './actions/edit-order.ts';
import type { EditWish } from './domain/decide-edit.ts';
import type { OrderEdit } from './domain/order-edit.ts';

type Priced = Pick<OrderEdit, 'balanceMinor' | 'freightMinor' | 'removed' | 'added' | 'currency'>;

/** What a preview and an edit show alike. */
const priced = {
  due: ({ balanceMinor, currency }: Priced) => money(Math.max(0, balanceMinor), currency),
  refund: ({ balanceMinor, currency }: Priced) => money(Math.max(0, -balanceMinor), currency),
  freight: ({ freightMinor, currency }: Priced) => money(freightMinor, currency),
  removed: ({ removed, currency }: Priced) => removed.map((one) => ({ removed: one, currency })),
  added: ({ added, currency }: Priced) =>
    added.map((line) => ({ line: { ...line, claimedUnits: 0, claimedMinor: 0 }, currency })),
};

const statuses = {
  HOLDING: 'IN_PROGRESS',
  AWAITING_PAYMENT: 'AWAITING_PAYMENT',
  APPLYING: 'IN_PROGRESS',
  SETTLING: 'IN_PROGRESS',
  UNDOING: 'IN_PROGRESS',
  DONE: 'DONE',
  UNDONE: 'UNDONE',
} as const;

function wishOf({ quantities, additions, couponIds, pointsToSpend }: Omit<OrderEditPreviewInput, 'orderId'>): EditWish {
  return {
    quantities: quantities ?? [],
    additions: additions ?? [],
    couponIds: couponIds ?? undefined,
    pointsToSpend: pointsToSpend ?? undefined,
  };
}

function payloadOf(outcome: Outcome<EditOutcome>, locale: Locale) {
  return outcome.ok
    ? { ...outcome.value, userErrors: [] }
    : { order: null, edit: null, userErrors: toUserErrors(outcome.refusals, locale, messages) };
}

export const editResolvers = {
  Query: {
    orderEditPreview: async (_root, { input }, { viewer, call, actions }) => {
      const outcome = await actions.editOrder.preview({ orderId: input.orderId, ...wishOf(input) }, viewer, call);
      return outcome.ok
        ? { preview: outcome.value, userErrors: [] }
        : { preview: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
    },
  },
  Mutation: {
    editOrder: async (_root, { input }, { viewer, call, actions }) => {
      const { orderId, idempotencyKey } = input;
      const expected = readMoneyInput(input.expectedTotal, ['expectedTotal']);
      if (!expected.ok) return payloadOf(expected, viewer.locale);
      const request = { orderId, ...wishOf(input), expectedTotal: expected.value, idempotencyKey };
      return payloadOf(await actions.editOrder.edit(request, viewer, call), viewer.locale);
    },
    cancelOrderEdit: async (_root, { input }, { viewer, call, actions }) =>
      payloadOf(await actions.editOrder.giveUp(input.orderId, viewer, call), viewer.locale),
  },
  Order: {
    edits: (order, _args, { loaders }) => loaders.editsByOrder.load(order._id),
  },
  OrderEdit: {
    ...priced,
    id: (edit) => edit._id,
    status: ({ state }) => statuses[state],
    expiresAt: ({ state, expiresAt }) => (state === 'AWAITING_PAYMENT' ? expiresAt : null),
  },
  OrderEditPreview: {
    ...priced,
    total: ({ totalMinor, currency }) => money(totalMinor, currency),
    pointsAdded: ({ pointsAdded }) => pointsAdded ?? 0,
  },
  RemovedUnits: {
    orderLineId: ({ removed }) => removed.orderLineId,
    quantity: ({ removed }) => removed.quantity,
    total: ({ removed, currency }) => money(removed.minor, currency),
  },
} satisfies Resolvers;
