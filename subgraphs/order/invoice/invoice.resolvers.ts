import { pageOf } from '#kit/connection/connection.ts';
import { money } from '#kit/money/money.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { maySee, memberOf } from '../caller.ts';
import type { Context } from '../context.ts';
import { messages } from '../messages.ts';
import type { WordsField } from '../personal-data/order-privacy.ts';
import { orderOf, type Invoice } from './domain/invoice.ts';

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

/** What was written about an invoice: nothing for analysts, and once the member was erased. */
async function wordsOf(
  invoice: Invoice,
  field: WordsField,
  words: string | null,
  { viewer, privacy }: Context,
): Promise<string | null> {
  return words === null || viewer.kind === 'ANALYST'
    ? null
    : privacy.wordsOf(orderOf(invoice), field, invoice._id, words);
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
    failure: (invoice, _args, context) => wordsOf(invoice, 'invoices.failure', invoice.failure, context),
    voidReason: (invoice, _args, context) => {
      const { redLetter } = invoice;
      // Our own word for money that went back; else what staff wrote.
      if (redLetter === null || redLetter.reissue) return redLetter?.reason ?? null;
      return wordsOf(invoice, 'invoices.voidReason', redLetter.reason, context);
    },
    replaces: ({ replaces }, _args, { loaders }) => (replaces === null ? null : loaders.invoiceById.load(replaces)),
    __resolveReference: ({ id }, context) => seen(id, context),
  },
} satisfies Resolvers;
