import { newId } from '#kit/ids/ids.ts';
import { choiceOf, optionsOf } from './check-options.ts';
import type { ProductDraft, SkuDraft } from './draft.ts';
import type { Product, ProductOption, Sku } from './product.ts';
import { slugFor } from './slug.ts';

/** What a draft's names stand for. */
export interface Places {
  readonly categoryId: string | null;
  readonly brandId: string | null;
  readonly supplierId: string | null;
}

/** A new product, as a draft. The draft must have passed `checkDraft`. */
export function productFrom(draft: ProductDraft, places: Places, now: Date): Product {
  const id = newId('product');
  const options = draft.options ?? optionsOf(draft.skus);
  return {
    id,
    slug: draft.slug ?? slugFor(draft.title, id),
    ...contentsOf(draft, places),
    options,
    status: 'DRAFT',
    channels: [],
    formerChannels: [],
    skus: draft.skus.map((sku) => skuFrom(sku, options, null)),
    salesCount: 0,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    publishedAt: null,
  };
}

/**
 * The product after the draft was written over it. A SKU keeps its id when its code, or else its option values, are the same;
 * one that the draft doesn't have any more is retired, because old orders know it. A draft without a supplier leaves the product's.
 */
export function rewritten(product: Product, draft: ProductDraft, places: Places, now: Date): Product {
  const options = draft.options ?? optionsOf(draft.skus);
  const left = new Set(product.skus);
  const take = (fits: (sku: Sku) => boolean) => {
    const found = product.skus.find((sku) => left.has(sku) && fits(sku)) ?? null;
    if (found !== null) left.delete(found);
    return found;
  };
  // All codes are matched before any options are: a SKU must not lose its id to one that merely took its options over.
  const byCode = new Map(draft.skus.map((sku) => [sku, take((old) => old.code === sku.code)]));
  const skus = draft.skus.map((sku) => {
    const choice = choiceOf(options, sku);
    return skuFrom(
      sku,
      options,
      byCode.get(sku) ?? take((old) => choiceOf(options, old) === choice && sameOptions(old, sku)),
    );
  });
  return {
    ...product,
    ...contentsOf(draft, places),
    supplierId: places.supplierId ?? product.supplierId,
    options,
    skus: [...skus, ...[...left].map((sku) => ({ ...sku, retired: true }))],
    revision: product.revision + 1,
    updatedAt: now,
  };
}

/** The product after it was put on sale in more channels. */
export function published(product: Product, channels: readonly string[], now: Date): Product {
  return {
    ...product,
    status: 'PUBLISHED',
    channels: union(product.channels, channels),
    formerChannels: union(product.formerChannels, channels),
    publishedAt: product.publishedAt ?? now,
    revision: product.revision + 1,
    updatedAt: now,
  };
}

/** The product after it was taken off channels; in none any more it is a draft again. */
export function unpublished(product: Product, channels: readonly string[], now: Date): Product {
  const left = product.channels.filter((channel) => !channels.includes(channel));
  return {
    ...product,
    status: left.length > 0 ? 'PUBLISHED' : 'DRAFT',
    channels: left,
    revision: product.revision + 1,
    updatedAt: now,
  };
}

/** The product after it was withdrawn for good. */
export function archived(product: Product, now: Date): Product {
  return { ...product, status: 'ARCHIVED', channels: [], revision: product.revision + 1, updatedAt: now };
}

function contentsOf(draft: ProductDraft, places: Places) {
  const { title, description, images, attributes, tags } = draft;
  return { title, description, images, attributes, tags, ...places };
}

function skuFrom(draft: SkuDraft, options: readonly ProductOption[], old: Sku | null): Sku {
  const { code, title, price, compareAtPrice, cost, weightGrams, barcode, imageUrl } = draft;
  return {
    id: old?.id ?? newId('sku'),
    code,
    title,
    options: options.flatMap(({ name }) => draft.options.find((option) => option.name === name) ?? []),
    price,
    compareAtPrice,
    cost: cost ?? old?.cost ?? null,
    channelPrices: old?.channelPrices ?? [],
    weightGrams,
    barcode,
    imageUrl,
    inStock: old?.inStock ?? false,
    retired: false,
  };
}

function sameOptions(old: Sku, draft: SkuDraft): boolean {
  return old.options.length === draft.options.length;
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
