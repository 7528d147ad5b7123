import { money } from '#kit/money/money.ts';
import type { ProductToLoad } from '#kit/neighbours/product.ts';
import { accepted, invalidInput, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { currencyOf, isChannel } from '../../channel/domain/channels.ts';
import type { SaveProducts, SaveRequest } from '../../product/actions/save-products.ts';
import type { ProductDraft } from '../../product/domain/draft.ts';
import { descriptionFrom } from '../../product/domain/draft-from-input.ts';
import { localText } from '../../product/domain/local-text.ts';

/** A product that was loaded, for whoever builds on it. */
export interface LoadedProduct {
  readonly productId: string;
  readonly slug: string;
  readonly skus: { readonly skuId: string; readonly code: string; readonly priceMinor: number }[];
}

/** Creates or updates products by slug, all or none, by the same rules as a merchandiser's. Amounts are in the currency of `channel`. */
export async function loadProducts(
  save: SaveProducts,
  products: readonly ProductToLoad[],
  channel: string,
): Promise<Outcome<{ products: LoadedProduct[] }>> {
  const currency = currencyOf(channel);
  const wrong = products.flatMap((product, index) => refusalsOf(product, ['products', String(index)]));
  if (wrong.length > 0) return refused(...wrong);
  const outcomes = await save(
    products.map((product) => requestOf(product, currency)),
    { allOrNone: true },
  );
  const refusals = outcomes.flatMap((outcome, index) =>
    outcome.ok ? [] : at(['products', String(index)], outcome.refusals),
  );
  if (refusals.length > 0) return refused(...refusals);
  const loaded = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
  return accepted({
    products: loaded.map(({ id, slug, skus }) => ({
      productId: id,
      slug,
      skus: skus
        .filter((sku) => !sku.retired)
        .map((sku) => ({ skuId: sku.id, code: sku.code, priceMinor: sku.price.minor })),
    })),
  });
}

function refusalsOf({ slug, publishTo }: ProductToLoad, path: readonly string[]): Refusal[] {
  const unknown = publishTo.flatMap((channel, index) =>
    isChannel(channel) ? [] : [notFound([...path, 'publishTo', String(index)], 'channel')],
  );
  if (slug !== '') return unknown;
  return [...unknown, invalidInput([...path, 'slug'], { en: 'A slug is needed.', zh: '缺少 slug。' })];
}

function requestOf(product: ProductToLoad, currency: string): SaveRequest {
  return {
    draft: draftOf(product, currency),
    mode: 'UPSERT',
    publishTo: product.publishTo,
    currency,
    at: new Date(product.createdAt),
    soldBefore: product.salesCount ?? 0,
  };
}

function draftOf(product: ProductToLoad, currency: string): ProductDraft {
  const { brand } = product;
  return {
    slug: product.slug,
    title: localText(product.title, product.titleEn),
    description: descriptionFrom(product.description, product.descriptionEn),
    category: product.categorySlug === null ? null : { slug: product.categorySlug },
    brand: brand === null ? null : localText(brand.name, brand.nameEn),
    supplierCode: product.supplierCode ?? null,
    images: product.images,
    options: product.options,
    attributes: product.attributes,
    tags: product.tags ?? [],
    skus: product.skus.map((sku) => ({
      code: sku.code,
      title: null,
      options: sku.options,
      price: money(sku.priceMinor, currency),
      compareAtPrice: sku.compareAtPriceMinor === null ? null : money(sku.compareAtPriceMinor, currency),
      cost: sku.costMinor === null ? null : money(sku.costMinor, currency),
      weightGrams: sku.weightGrams,
      barcode: sku.barcode,
      imageUrl: null,
    })),
  };
}

function at(path: readonly string[], refusals: readonly Refusal[]): Refusal[] {
  return refusals.map((refusal) => ({ ...refusal, path: [...path, ...(refusal.path ?? [])] }));
}
