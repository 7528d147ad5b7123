import { money } from '#kit/money/money.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { shopperOf } from '../caller.ts';
import { messages } from '../messages.ts';
import type { Cart } from './domain/cart.ts';

function payloadOf(outcome: Outcome<Cart>, locale: Locale) {
  return outcome.ok
    ? { cart: outcome.value, userErrors: [] }
    : { cart: null, userErrors: toUserErrors(outcome.refusals, locale, messages) };
}

export const cartResolvers = {
  Query: {
    cart: (_root, { id }, { viewer, actions }) => actions.findCart(shopperOf(viewer), id ?? null),
  },
  Mutation: {
    addCartLines: async (_root, { input }, { viewer, call, actions }) => {
      const asked = { cartId: input.cartId ?? null, lines: input.lines };
      return payloadOf(await actions.addCartLines(asked, shopperOf(viewer), call), viewer.locale);
    },
    updateCartLine: async (_root, { input }, { viewer, actions }) =>
      payloadOf(await actions.updateCartLine(input, shopperOf(viewer)), viewer.locale),
    applyCouponCode: async (_root, { input }, { viewer, call, actions }) =>
      payloadOf(await actions.applyCouponCode(input, shopperOf(viewer), call), viewer.locale),
    removeCouponCode: async (_root, { input }, { viewer, actions }) =>
      payloadOf(await actions.removeCouponCode(input, shopperOf(viewer)), viewer.locale),
  },
  Cart: {
    id: (cart) => cart._id,
    lines: (cart) => cart.lines.map((line) => ({ cart, line })),
    couponCodes: (cart) => [...cart.couponCodes],
    quote: (cart, _args, { cartPricing }) => cartPricing.quoteOf(cart),
    __resolveReference: ({ id }, { viewer, actions }) => actions.findCart(shopperOf(viewer), id),
  },
  CartLine: {
    id: ({ line }) => line.lineId,
    quantity: ({ line }) => line.quantity,
    sku: ({ line }) => ({ id: line.skuId }),
    available: async ({ cart, line }, _args, { cartPricing }) => {
      const facts = await cartPricing.factsOf(cart);
      return facts.get(line.skuId)?.price != null;
    },
    unitPrice: async ({ cart, line }, _args, { cartPricing }) => {
      const facts = await cartPricing.factsOf(cart);
      return facts.get(line.skuId)?.price ?? null;
    },
    total: async ({ cart, line }, _args, { cartPricing }) => {
      const quote = await cartPricing.quoteOf(cart);
      const priced = quote?.lines.find(({ lineId }) => lineId === line.lineId);
      return quote && priced ? money(priced.totalMinor, quote.currency) : null;
    },
  },
} satisfies Resolvers;
