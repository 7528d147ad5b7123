import { money } from '#kit/money/money.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { authorOf, type Context } from '../context.ts';
import { messages } from '../messages.ts';
import { titleIn } from '../quote/domain/rule.ts';
import { approveBelowFloor } from './actions/approve-below-floor.ts';
import { createPromotion } from './actions/create-promotion.ts';
import { endPromotion } from './actions/end-promotion.ts';
import { pausePromotion, resumePromotion } from './actions/pause-promotion.ts';
import { promotionStatus, type Promotion } from './domain/promotion.ts';
import { listPromotions } from './queries/list-promotions.ts';
import { visiblePromotion } from './queries/visible-promotion.ts';

/** The payload of every mutation of one promotion. */
function payloadOf(outcome: Outcome<Promotion>, { viewer }: Context) {
  return outcome.ok
    ? { promotion: outcome.value, userErrors: [] }
    : { promotion: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
}

const amount = (minor: number | null, currency: string) => (minor === null ? null : money(minor, currency));

export const promotionResolvers = {
  Query: {
    promotions: (_root, { filter, first, after }, { marketing, at }) =>
      listPromotions(marketing, { status: filter?.status ?? null, kinds: filter?.kinds ?? null }, { first, after }, at),
    promotion: async (_root, { id }, { loaders, viewer, at }) =>
      visiblePromotion(await loaders.promotionById.load(id), viewer, at),
  },
  Mutation: {
    createPromotion: async (_root, { input: { idempotencyKey: key = null, ...input } }, context) => {
      const { marketing, at } = context;
      return payloadOf(await createPromotion(marketing, input, { at, by: authorOf(context), key }), context);
    },
    pausePromotion: async (_root, { input }, context) =>
      payloadOf(await pausePromotion(context.marketing, input.promotionId, context.at), context),
    resumePromotion: async (_root, { input }, context) =>
      payloadOf(await resumePromotion(context.marketing, input.promotionId, context.at), context),
    approveBelowFloor: async (_root, { input }, context) => {
      const { marketing, at } = context;
      return payloadOf(await approveBelowFloor(marketing, input.promotionId, { at, by: authorOf(context) }), context);
    },
    endPromotion: async (_root, { input }, context) =>
      payloadOf(await endPromotion(context.marketing, input.promotionId, context.at), context),
  },
  Promotion: {
    __resolveReference: async ({ id }, { loaders, viewer, at }) =>
      visiblePromotion(await loaders.promotionById.load(id), viewer, at),
    id: (promotion) => promotion._id,
    title: (promotion, _args, { viewer }) => titleIn(promotion.title, viewer.locale),
    status: (promotion, _args, { at }) => promotionStatus(promotion, at),
    ladder: ({ ladder, currency }) => ladder.map((step) => ({ ...step, currency })),
    budget: ({ budget, currency }) => budget && { ...budget, currency },
    belowFloor: ({ belowFloor }) => belowFloor ?? null,
    usageCount: ({ usageLimit, usesLeft }) => (usageLimit === null || usesLeft === null ? null : usageLimit - usesLeft),
  },
  LadderStep: {
    thresholdAmount: (step) => amount(step.thresholdMinor, step.currency),
    amountOff: (step) => amount(step.amountOffMinor, step.currency),
  },
  PromotionBudget: {
    limit: (budget) => money(budget.limitMinor, budget.currency),
    committed: (budget) => money(budget.committedMinor, budget.currency),
    spent: (budget) => money(budget.spentMinor, budget.currency),
  },
} satisfies Resolvers;
