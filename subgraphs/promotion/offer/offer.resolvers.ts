import { money, parseAmount } from '#kit/money/money.ts';
import { whenBothKnown, whenKnown } from '#kit/near-cache/known.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { shopperOf } from '../context.ts';
import { bestOffer } from './domain/best-offer.ts';
import { promotionsOfProduct } from './domain/promotions-of-product.ts';

export const offerResolvers = {
  Sku: {
    // The gateway's reference holds all that is needed: the mappers say what.
    __resolveReference: (reference) => reference,
    bestOffer: ({ id, price, product }, _args, { loaders, viewer, at }) => {
      if (!price || !product) return null;
      const unit = {
        lineId: id,
        skuId: id,
        productId: product.id,
        brandId: product.brand?.id ?? null,
        categorySlugs: product.category?.path.map((category) => category.slug) ?? [],
        quantity: 1,
        unitPriceMinor: parseAmount(price.amount, price.currency).minor,
      };
      const known = { unit, currency: price.currency, shopper: shopperOf({ viewer }), at };
      return whenBothKnown(loaders.unitRules(), loaders.openFlashItems(id), (promotions, flashItems) =>
        bestOffer({ ...known, promotions, flashItems }),
      );
    },
  },
  Product: {
    __resolveReference: (reference) => reference,
    promotions: ({ id, brand, category, skus }, _args, { loaders, viewer, at }) => {
      const product = {
        productId: id,
        skuIds: skus?.map((sku) => sku.id) ?? [],
        brandId: brand?.id ?? null,
        categorySlugs: category?.path.map(({ slug }) => slug) ?? [],
      };
      return whenKnown(loaders.runningPromotions(), (running) =>
        promotionsOfProduct(running, product, { channel: viewer.channel, at }),
      );
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
