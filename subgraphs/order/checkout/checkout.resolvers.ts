import { money } from '#kit/money/money.ts';
import { toUserErrors } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { shopperOf } from '../caller.ts';
import { messages } from '../messages.ts';
import { checkoutRequestOf } from './checkout-request.ts';

export const checkoutResolvers = {
  Query: {
    checkoutPreview: async (_root, { input }, { viewer, call, actions }) => {
      const priced = await actions.previewCheckout(checkoutRequestOf(input), shopperOf(viewer), call);
      if (!priced.ok) {
        return { quote: null, deliveries: [], userErrors: toUserErrors(priced.refusals, viewer.locale, messages) };
      }
      return { quote: priced.value.quote, deliveries: priced.value.deliveries, userErrors: [] };
    },
  },
  CheckoutPreviewPayload: {
    deliveries: ({ quote, deliveries }) =>
      quote === null ? [] : deliveries.map((delivery) => ({ delivery, currency: quote.currency })),
    points: ({ quote }) => quote,
  },
  CheckoutPoints: {
    spendable: ({ points }) => points.spendable,
    spent: ({ points }) => points.spent,
    discount: ({ points, currency }) => money(points.discountMinor, currency),
    earned: ({ points }) => points.earned,
  },
  Delivery: {
    warehouse: ({ delivery }) => ({ id: delivery.warehouseId }),
    earliest: ({ delivery }) => delivery.earliest,
    latest: ({ delivery }) => delivery.latest,
    freight: ({ delivery, currency }) => money(delivery.freightMinor, currency),
    lines: ({ delivery }) => [...delivery.lines],
  },
} satisfies Resolvers;
