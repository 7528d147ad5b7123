import { money } from '#kit/money/money.ts';
import type { Resolvers } from '../__generated__/types.ts';

export const quoteResolvers = {
  Quote: {
    subtotal: ({ subtotalMinor, currency }) => money(subtotalMinor, currency),
    discount: ({ discountMinor, currency }) => money(discountMinor, currency),
    freight: ({ freightMinor, currency }) => money(freightMinor, currency),
    total: ({ totalMinor, currency }) => money(totalMinor, currency),
    lines: ({ lines, currency }) => lines.map((line) => ({ line, currency })),
    rejected: ({ rejected, currency }) => rejected.map((rejection) => ({ rejection, currency })),
  },
  QuoteLine: {
    skuId: ({ line }) => line.skuId,
    quantity: ({ line }) => line.quantity,
    unitPrice: ({ line, currency }) => money(line.unitPriceMinor, currency),
    total: ({ line, currency }) => money(line.totalMinor, currency),
    steps: ({ line, currency }) => line.steps.map((step) => ({ step, currency })),
  },
  QuoteStep: {
    kind: ({ step }) => step.kind,
    label: ({ step }) => step.label,
    promotionId: ({ step }) => step.promotionId,
    before: ({ step, currency }) => money(step.beforeMinor, currency),
    after: ({ step, currency }) => money(step.afterMinor, currency),
  },
  QuoteRejection: {
    promotionId: ({ rejection }) => rejection.promotionId,
    code: ({ rejection }) => rejection.code,
    reason: ({ rejection }) => rejection.reason,
    missing: ({ rejection, currency }) =>
      rejection.missingMinor === null ? null : money(rejection.missingMinor, currency),
  },
} satisfies Resolvers;
