import { connectionOf, encodeCursor, pageOf } from '#kit/connection/connection.ts';
import { badInput } from '#kit/graphql/errors.ts';
import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import type { Money } from '#kit/money/money.ts';
import { writeOfferSubject, writeOfferUnit, type OfferSubject } from '#kit/neighbours/offer-subject.ts';
import { hasScope, type Viewer } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { currencyOf } from '../channel/domain/channels.ts';
import type { Context } from '../context.ts';
import { textIn } from './domain/local-text.ts';
import { priceFloorIn } from './domain/price-floor.ts';
import {
  bookPrice,
  compareAtPriceIn,
  priceIn,
  priceRangeIn,
  skuTitle,
  skusOf,
  type Product,
  type SkuOfProduct,
} from './domain/product.ts';
import { canFind, mayRefer } from './queries/visible-products.ts';

/** Products and SKUs as the graph shows them, and the queries that find one. */
export const productResolvers = {
  Query: {
    product: async (_root, { id, slug }, { loaders, viewer }) => {
      if ((id == null) === (slug == null)) throw badInput('Give either "slug" or "id".');
      const product = id != null ? await loaders.productById.load(id) : await loaders.productBySlug.load(slug ?? '');
      return product !== null && canFind(viewer, product) ? product : null;
    },
    sku: async (_root, { id, code }, { loaders, viewer }) => {
      if ((id == null) === (code == null)) throw badInput('Give either "id" or "code".');
      const found = id != null ? await loaders.skuById.load(id) : await loaders.skuByCode.load(code ?? '');
      return found !== null && !found.sku.retired && canFind(viewer, found.product) ? found : null;
    },
    productsForStaff: async (_root, { first, after, status, skuCode }, { catalogue }) => {
      const page = pageOf({ first, after });
      const filter = { status: status ?? null, skuCode: skuCode ?? null };
      return connectionOf({
        rows: await catalogue.products.staffPage(filter, page),
        first: page.first,
        after: page.after,
        cursorOf: (product) => encodeCursor([product.id]),
        totalCount: () => catalogue.products.staffCount(filter),
      });
    },
  },
  Product: {
    __resolveReference: async (reference, { loaders, viewer }) => {
      const product =
        'id' in reference
          ? await loaders.productById.load(reference.id)
          : await loaders.productBySlug.load((reference as { slug: string }).slug);
      return product !== null && mayRefer(viewer, product) ? product : null;
    },
    title: ({ title }, _args, { viewer }) => textIn(viewer.locale, title),
    description: ({ description }, _args, { viewer }) =>
      description === null ? null : textIn(viewer.locale, description),
    brand: ({ brandId }, _args, { loaders }) => (brandId === null ? null : loaders.brandById.load(brandId)),
    category: ({ categoryId }, _args, { loaders }) =>
      categoryId === null ? null : whenKnown(loaders.categoryTree(), (tree) => tree.byId(categoryId)),
    image: ({ images }) => images[0] ?? null,
    skus: (product) => skusOf(product).map((sku) => ({ product, sku })),
    priceRange: (product, _args, { viewer }) => priceRangeIn(product, viewer.channel, currencyOf(viewer.channel)),
    offerSubject: (product, _args, context) =>
      whenKnown(
        subjectOf(
          product,
          skusOf(product).map(({ id }) => id),
          context,
        ),
        writeOfferSubject,
      ),
  },
  Sku: {
    __resolveReference: async (reference, { loaders, viewer }) => {
      const found: SkuOfProduct | null =
        'id' in reference
          ? await loaders.skuById.load(reference.id)
          : await loaders.skuByCode.load((reference as { code: string }).code);
      return found !== null && mayRefer(viewer, found.product) ? found : null;
    },
    id: ({ sku }) => sku.id,
    code: ({ sku }) => sku.code,
    title: (of, _args, { viewer }) => skuTitle(of, viewer.locale),
    options: ({ sku }) => sku.options,
    price: (of, _args, { viewer }) => priceFor(viewer, of),
    offerUnit: ({ product, sku }, _args, context) => {
      const price = priceFor(context.viewer, { product, sku });
      if (price === null) return null;
      const { minor: priceMinor, currency } = price;
      const floorMinor = priceFloorIn(sku, currency, context.config.minimumMarginPercent);
      return whenKnown(subjectOf(product, [sku.id], context), (subject) =>
        writeOfferUnit({ ...subject, priceMinor, floorMinor, currency }),
      );
    },
    compareAtPrice: (of, _args, { viewer }) => compareAtPriceIn(of, viewer.channel, currencyOf(viewer.channel)),
    cost: ({ sku }) => sku.cost,
    weightGrams: ({ sku }) => sku.weightGrams,
    barcode: ({ sku }) => sku.barcode,
    image: ({ sku }) => (sku.imageUrl === null ? null : { url: sku.imageUrl, alt: null }),
  },
} satisfies Resolvers;

function priceFor(viewer: Viewer, of: SkuOfProduct): Money | null {
  const currency = currencyOf(viewer.channel);
  // Who sets prices sees them before anybody may buy.
  if (hasScope(viewer, 'catalog:write')) return bookPrice(of.sku, viewer.channel, currency)?.price ?? null;
  return priceIn(of, viewer.channel, currency);
}

function subjectOf(
  { id, brandId, categoryId }: Product,
  skuIds: readonly string[],
  { loaders }: Context,
): Known<OfferSubject> {
  const inPath = (categorySlugs: readonly string[]) => ({ productId: id, brandId, categorySlugs, skuIds });
  return categoryId === null
    ? inPath([])
    : whenKnown(loaders.categoryTree(), (tree) => inPath(tree.slugsTo(categoryId)));
}
