import { money } from '#kit/money/money.ts';
import { whenBothKnown, whenKnown } from '#kit/near-cache/known.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { shopperOf } from '../context.ts';
import { offerForUnit, promotionsForProduct } from './queries/offers-for.ts';

export const offerResolvers = {
  Sku: {
    // The gateway's reference holds all that is needed: the mappers say what.
    __resolveReference: (reference) => reference,
    bestOffer: ({ id, offerUnit }, _args, { loaders, viewer, at }) => {
      if (!offerUnit) return null;
      const asked = { shopper: shopperOf({ viewer }), at };
      return whenBothKnown(loaders.unitRules(), loaders.openFlashItems(id), (rules, flashItems) =>
        offerForUnit(offerUnit, rules, flashItems, asked),
      );
    },
  },
  Product: {
    __resolveReference: (reference) => reference,
    promotions: ({ offerSubject }, _args, { loaders, viewer, at }) => {
      if (offerSubject === undefined) return null;
      const asked = { shopper: shopperOf({ viewer }), at };
      return whenKnown(loaders.runningPromotions(), (running) => promotionsForProduct(offerSubject, running, asked));
    },
  },
  BestOffer: {
    price: ({ priceMinor, currency }) => money(priceMinor, currency),
    promotion: ({ promotionId }, _args, { loaders }) =>
      promotionId === null
        ? null
        : whenKnown(loaders.runningPromotions(), (all) => all.find(({ _id }) => _id === promotionId) ?? null),
    flashSale: ({ flashSaleId }, _args, { loaders }) =>
      flashSaleId === null ? null : loaders.flashSaleById.load(flashSaleId),
  },
} satisfies Resolvers;
