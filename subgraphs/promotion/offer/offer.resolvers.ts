import { money } from '#kit/money/money.ts';
import { whenKnown } from '#kit/near-cache/known.ts';
import type { Resolvers } from '../__generated__/types.ts';

export const offerResolvers = {
  Sku: {
    // The gateway's reference holds all that is needed: the mappers say what.
    __resolveReference: (reference) => reference,
    bestOffer: ({ id, offerUnit }, _args, { loaders }) => (offerUnit ? loaders.offerFor(id, offerUnit) : null),
  },
  Product: {
    __resolveReference: (reference) => reference,
    promotions: ({ offerSubject }, _args, { loaders }) =>
      offerSubject === undefined ? null : loaders.promotionsFor(offerSubject),
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
