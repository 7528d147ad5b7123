import { pageOf } from '#kit/connection/connection.ts';
import { money } from '#kit/money/money.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { maySee, memberOf } from '../caller.ts';
import type { Context } from '../context.ts';
import { messages } from '../messages.ts';
import type { Invoice } from './domain/invoice.ts';

function payloadOf(outcome: Outcome<Invoice>, locale: Locale) {
  return outcome.ok
    ? { invoice: outcome.value, userErrors: [] }
    : { invoice: null, userErrors: toUserErrors(outcome.refusals, locale, messages) };
}

/** The invoice if its order exists for the viewer. */
async function seen(id: string, { loaders, viewer }: Context): Promise<Invoice | null> {
  const invoice = await loaders.invoiceById.load(id);
  const order = invoice && (await loaders.orderById.load(invoice.orderId));
  return order && maySee(viewer, order) ? invoice : null;
}

export const invoiceResolvers = {
  Query: {
    invoice: (_root, { id }, context) => seen(id, context),
    invoices: (_root, { status, first, after }, { lists }) => lists.invoices(status ?? null, pageOf({ first, after })),
  },
  Mutation: {
    requestInvoice: async (_root, { input }, { viewer, actions }) => {
      const { kind, title, taxNumber = null, email = null } = input.buyer;
      const request = { ...input, buyer: { kind, title, taxNumber, email } };
      return payloadOf(await actions.requestInvoice(request, memberOf(viewer)), viewer.locale);
    },
    voidInvoice: async (_root, { input }, { viewer, actions }) =>
      payloadOf(await actions.voidInvoice(input.invoiceId, input.reason), viewer.locale),
  },
  Order: {
    invoices: (order, _args, { loaders }) => loaders.invoicesByOrder.load(order._id),
  },
  Invoice: {
    id: (invoice) => invoice._id,
    order: async (invoice, _args, { loaders }) => {
      const order = await loaders.orderById.load(invoice.orderId);
      if (order === null) throw new Error(`the order ${invoice.orderId} is gone`);
      return order;
    },
    // Analysts count invoices; whom they are made out to is none of their business.
    buyer: (invoice, _args, { viewer, privacy }) => (viewer.kind === 'ANALYST' ? null : privacy.buyerOf(invoice)),
    amount: ({ amountMinor, currency }) => money(amountMinor, currency),
    voidReason: ({ redLetter }) => redLetter?.reason ?? null,
    replaces: ({ replaces }, _args, { loaders }) => (replaces === null ? null : loaders.invoiceById.load(replaces)),
    __resolveReference: ({ id }, context) => seen(id, context),
  },
} satisfies Resolvers;
