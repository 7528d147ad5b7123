import { money } from '#kit/money/money.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { authorOf, callOf } from '../context.ts';
import { isHeldIn } from '../flash-sale/domain/flash-sale.ts';
import { visibleSale } from '../flash-sale/queries/list-flash-sales.ts';
import { messages } from '../messages.ts';
import { cancelPresale, endPresale } from './actions/close-presale.ts';
import { createPresale } from './actions/create-presale.ts';
import { balanceMinor, presaleStatus, type Presale } from './domain/presale.ts';
import { listPresales } from './queries/list-presales.ts';

export const presaleResolvers = {
  Query: {
    presales: (_root, args, { marketing, viewer, at }) => listPresales(marketing, viewer.channel, args, at),
    presale: async (_root, { id }, { loaders, viewer }) => visibleSale(await loaders.presaleById.load(id), viewer),
  },
  Mutation: {
    createPresale: async (_root, { input: { idempotencyKey: key = null, ...input } }, context) => {
      const { marketing, viewer, at } = context;
      const made = { at, by: authorOf(context), key, call: callOf(context) };
      return payloadOf(await createPresale(marketing, input, made), viewer.locale);
    },
    endPresale: async (_root, { input }, { marketing, viewer, at }) =>
      payloadOf(await endPresale(marketing, input.presaleId, at), viewer.locale),
    cancelPresale: async (_root, { input }, { marketing, viewer, at }) =>
      payloadOf(await cancelPresale(marketing, input.presaleId, at), viewer.locale),
  },
  Sku: {
    presales: async ({ id }, _args, { loaders, viewer }) =>
      (await loaders.presalesBySku.load(id)).filter((presale) => isHeldIn(presale, viewer.channel)),
  },
  Presale: {
    __resolveReference: async ({ id }, { loaders, viewer }) => visibleSale(await loaders.presaleById.load(id), viewer),
    id: (presale) => presale._id,
    sku: (presale) => ({ id: presale.skuId }),
    status: (presale, _args, { at }) => presaleStatus(presale, at),
    price: (presale) => money(presale.priceMinor, presale.currency),
    deposit: (presale) => money(presale.depositMinor, presale.currency),
    depositWorth: (presale) => money(presale.depositWorthMinor, presale.currency),
    balance: (presale) => money(balanceMinor(presale), presale.currency),
  },
} satisfies Resolvers;

function payloadOf(outcome: Outcome<Presale>, locale: Locale) {
  return outcome.ok
    ? { presale: outcome.value, userErrors: [] }
    : { presale: null, userErrors: toUserErrors(outcome.refusals, locale, messages) };
}
