import { forbidden } from '#kit/graphql/errors.ts';
import { readMoneyInput } from '#kit/graphql/money.resolvers.ts';
import type { Money } from '#kit/money/money.ts';
import { accepted, refused, toUserErrors, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { hasScope, type Viewer } from '#kit/viewer/viewer.ts';
import type { ImportExternalOrderInput, Resolvers } from '../__generated__/types.ts';
import { tidyAddress } from '../checkout/domain/delivery-address.ts';
import { messages } from '../messages.ts';
import type { ExternalOrder } from './domain/external-order.ts';

/** The partner behind a viewer; orders are imported for nobody else. */
function partnerOf({ kind, id, channel }: Viewer): { id: string; channel: string } {
  if (kind !== 'PARTNER' || id === null) throw forbidden();
  return { id, channel };
}

/** Whose changes a viewer reads: a partner's own, or all. */
function feedOf(viewer: Viewer): string | null {
  if (viewer.kind === 'PARTNER') return viewer.id ?? '';
  if (!hasScope(viewer, 'order:read')) throw forbidden();
  return null;
}

function read(input: ImportExternalOrderInput): Outcome<ExternalOrder> {
  const refusals: Refusal[] = [];
  const amount = (given: { amount: string; currency: string }, path: readonly string[]): Money => {
    const outcome = readMoneyInput(given, path);
    if (outcome.ok) return outcome.value;
    refusals.push(...outcome.refusals);
    return { minor: 0, currency: given.currency };
  };
  const order = {
    system: input.system.trim(),
    externalId: input.externalId.trim(),
    placedAt: input.placedAt,
    address: tidyAddress(input.address),
    lines: input.lines.map(({ skuCode, quantity, unitPrice }, index) => ({
      skuCode,
      quantity,
      unitPrice: amount(unitPrice, ['lines', String(index), 'unitPrice']),
    })),
    total: amount(input.total, ['total']),
    paid: input.paid,
  };
  return refusals.length > 0 ? refused(...refusals) : accepted(order);
}

export const externalOrderResolvers = {
  Query: {
    orderChanges: (_root, { since, first }, { viewer, lists }) =>
      lists.orderChanges({ since: since ?? null, first, partnerId: feedOf(viewer) }),
  },
  Mutation: {
    importExternalOrder: async (_root, { input }, { viewer, call, actions }) => {
      const partner = partnerOf(viewer);
      const order = read(input);
      const outcome = order.ok ? await actions.importExternalOrder(order.value, partner, call) : order;
      return outcome.ok
        ? { order: outcome.value, userErrors: [] }
        : { order: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
    },
  },
  OrderChangeFeed: {
    changes: ({ changes }) => [...changes],
  },
  OrderChange: {
    externalRef: ({ external }) => external,
  },
} satisfies Resolvers;
