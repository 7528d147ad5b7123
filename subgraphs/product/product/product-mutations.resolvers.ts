import { toUserErrors, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { currencyOf } from '../channel/domain/channels.ts';
import { messages } from '../messages.ts';
import { archiveProduct } from './actions/archive-product.ts';
import { createProduct } from './actions/create-product.ts';
import { publishProduct } from './actions/publish-product.ts';
import { setSkuPrice } from './actions/set-sku-price.ts';
import { unpublishProduct } from './actions/unpublish-product.ts';
import { updateProduct } from './actions/update-product.ts';
import { draftFrom, imagesFrom } from './domain/draft-from-input.ts';
import type { Product } from './domain/product.ts';
import { readAmount } from './domain/read-amount.ts';

/** What merchandisers do to products. */
export const productMutations = {
  Mutation: {
    createProduct: async (_root, { input }, { saveProducts, viewer }) => {
      const draft = draftFrom(input);
      if (!draft.ok) return refusal(draft.refusals, viewer.locale);
      return payloadOf(await createProduct(saveProducts, draft.value, currencyOf(viewer.channel)), viewer.locale);
    },
    updateProduct: async (_root, { input }, { catalogue, viewer }) => {
      const { productId, title, titleEn, description, descriptionEn, categorySlug, brandName, supplierCode } = input;
      const change = {
        // These have no empty value, so that null means "as it is".
        title: title ?? undefined,
        images: input.images == null ? undefined : imagesFrom(input.images),
        attributes: input.attributes ?? undefined,
        tags: input.tags ?? undefined,
        titleEn,
        description,
        descriptionEn,
        categorySlug,
        brandName,
        supplierCode,
      };
      return payloadOf(await updateProduct(catalogue, productId, change), viewer.locale);
    },
    publishProduct: async (_root, { input }, { catalogue, viewer }) =>
      payloadOf(await publishProduct(catalogue, input), viewer.locale),
    unpublishProduct: async (_root, { input: { productId, channels } }, { catalogue, viewer }) =>
      payloadOf(await unpublishProduct(catalogue, { productId, channels: channels ?? null }), viewer.locale),
    archiveProduct: async (_root, { input }, { catalogue, viewer }) =>
      payloadOf(await archiveProduct(catalogue, input.productId), viewer.locale),
    setSkuPrice: async (_root, { input }, { catalogue, viewer }) => {
      const { skuId, channel } = input;
      const price = input.price == null ? null : readAmount(input.price.amount, input.price.currency, ['price']);
      const former = input.compareAtPrice;
      const compareAt = former == null ? null : readAmount(former.amount, former.currency, ['compareAtPrice']);
      const unreadable = [price, compareAt].flatMap((read) => (read === null || read.ok ? [] : read.refusals));
      if (unreadable.length > 0) return { sku: null, userErrors: toUserErrors(unreadable, viewer.locale, messages) };
      const outcome = await setSkuPrice(catalogue, {
        skuId,
        channel,
        price: price?.ok ? price.value : null,
        compareAtPrice: compareAt?.ok ? compareAt.value : null,
      });
      return outcome.ok
        ? { sku: outcome.value, userErrors: [] }
        : { sku: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
    },
  },
} satisfies Resolvers;

function payloadOf(outcome: Outcome<Product>, locale: Locale) {
  return outcome.ok ? { product: outcome.value, userErrors: [] } : refusal(outcome.refusals, locale);
}

function refusal(refusals: readonly Refusal[], locale: Locale) {
  return { product: null, userErrors: toUserErrors(refusals, locale, messages) };
}
