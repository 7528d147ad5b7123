import { money, parseAmount } from '#kit/money/money.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { shopperOf } from '../context.ts';
import { bestOffer } from './domain/best-offer.ts';
import { promotionsOfProduct } from './domain/promotions-of-product.ts';

export const offerResolvers = {
  Sku: {
    // The gateway's reference holds all that is needed: the mappers say what.
    __resolveReference: (reference) => reference,
    bestOffer: async ({ id, price, product }, _args, { loaders, viewer, at }) => {
      if (!price || !product) return null;
      const [promotions, flashItems] = await Promise.all([loaders.rules(), loaders.openFlashItemsBySku.load(id)]);
      const unit = {
        lineId: id,
        skuId: id,
        productId: product.id,
        brandId: product.brand?.id ?? null,
        categorySlugs: product.category?.path.map((category) => category.slug) ?? [],
        quantity: 1,
        unitPriceMinor: parseAmount(price.amount, price.currency).minor,
      };
      return bestOffer({ unit, currency: price.currency, shopper: shopperOf({ viewer }), promotions, flashItems, at });
    },
  },
  Product: {
    __resolveReference: (reference) => reference,
    promotions: async ({ id, brand, category, skus }, _args, { loaders, viewer, at }) => {
      const product = {
        productId: id,
        skuIds: skus?.map((sku) => sku.id) ?? [],
        brandId: brand?.id ?? null,
        categorySlugs: category?.path.map(({ slug }) => slug) ?? [],
      };
      return promotionsOfProduct(await loaders.runningPromotions(), product, { channel: viewer.channel, at });
    },
  },
  BestOffer: {
    price: ({ priceMinor, currency }) => money(priceMinor, currency),
    promotion: async ({ promotionId }, _args, { loaders }) =>
      promotionId === null
        ? null
        : ((await loaders.runningPromotions()).find((promotion) => promotion._id === promotionId) ?? null),
    flashSale: ({ flashSaleId }, _args, { loaders }) =>
      flashSaleId === null ? null : loaders.flashSaleById.load(flashSaleId),
  },
} satisfies Resolvers;
