import type { Money } from '#kit/money/money.ts';
import { accepted, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { ProductDraft, SkuDraft } from './draft.ts';
import { localText, type LocalText } from './local-text.ts';
import type { NamedValue, ProductImage, ProductOption } from './product.ts';
import { readAmount } from './read-amount.ts';

interface AmountInput {
  readonly amount: string;
  readonly currency: string;
}

interface SkuInput {
  readonly code: string;
  readonly title?: string | null;
  readonly options?: readonly NamedValue[] | null;
  readonly price: AmountInput;
  readonly compareAtPrice?: AmountInput | null;
  readonly cost?: AmountInput | null;
  readonly weightGrams?: number | null;
  readonly barcode?: string | null;
}

/** A product as `CreateProductInput` has it, whether it came through the graph or from a line of a file. */
export interface ProductInput {
  readonly title: string;
  readonly titleEn?: string | null;
  readonly slug?: string | null;
  readonly description?: string | null;
  readonly descriptionEn?: string | null;
  readonly categorySlug?: string | null;
  readonly brandName?: string | null;
  readonly supplierCode?: string | null;
  readonly images?: readonly ImageInput[] | null;
  readonly options?: readonly ProductOption[] | null;
  readonly attributes?: readonly NamedValue[] | null;
  readonly tags?: readonly string[] | null;
  readonly skus: readonly SkuInput[];
}

interface ImageInput {
  readonly url: string;
  readonly alt?: string | null;
}

/** The draft that an input means. Refused only where an amount can't be read; limits are for `checkDraft`. */
export function draftFrom(input: ProductInput): Outcome<ProductDraft> {
  const refusals: Refusal[] = [];
  const read = (amount: AmountInput, path: readonly string[]): Money | null => {
    const outcome = readAmount(amount.amount, amount.currency, path);
    if (outcome.ok) return outcome.value;
    refusals.push(...outcome.refusals);
    return null;
  };
  const skus = input.skus.flatMap((sku, index): SkuDraft[] => {
    const path = ['skus', String(index)];
    const price = read(sku.price, [...path, 'price']);
    const compareAtPrice = sku.compareAtPrice == null ? null : read(sku.compareAtPrice, [...path, 'compareAtPrice']);
    const cost = sku.cost == null ? null : read(sku.cost, [...path, 'cost']);
    if (price === null) return [];
    return [
      {
        code: sku.code,
        title: sku.title == null ? null : localText(sku.title),
        options: sku.options ?? [],
        price,
        compareAtPrice,
        cost,
        weightGrams: sku.weightGrams ?? 0,
        barcode: sku.barcode ?? null,
        imageUrl: null,
      },
    ];
  });
  if (refusals.length > 0) return refused(...refusals);
  return accepted({
    slug: input.slug ?? null,
    title: localText(input.title, input.titleEn ?? null),
    description: descriptionFrom(input.description, input.descriptionEn),
    category: input.categorySlug == null ? null : { slug: input.categorySlug },
    brand: input.brandName == null ? null : localText(input.brandName),
    supplierCode: input.supplierCode ?? null,
    images: imagesFrom(input.images ?? []),
    options: input.options ?? null,
    attributes: input.attributes ?? [],
    tags: input.tags ?? [],
    skus,
  });
}

/** A text that may be missing or empty in either language. */
export function descriptionFrom(text: string | null | undefined, english: string | null | undefined): LocalText | null {
  const given = [text, english].filter((part) => part != null && part.trim() !== '');
  if (given.length === 0) return null;
  return localText(text?.trim() ? text : (english ?? ''), english?.trim() ? english : null);
}

/** Pictures whose text may be missing. */
export function imagesFrom(images: readonly ImageInput[]): ProductImage[] {
  return images.map(({ url, alt }) => ({ url, alt: alt ?? null }));
}
