import type { Money } from '#kit/money/money.ts';
import type { LocalText } from './local-text.ts';
import type { NamedValue, ProductImage, ProductOption } from './product.ts';

/** A SKU as somebody wants it to be, whether typed in, imported or loaded. */
export interface SkuDraft {
  readonly code: string;
  readonly title: LocalText | null;
  readonly options: readonly NamedValue[];
  readonly price: Money;
  readonly compareAtPrice: Money | null;
  readonly cost: Money | null;
  readonly weightGrams: number;
  readonly barcode: string | null;
  readonly imageUrl: string | null;
}

/** Where a draft belongs: in a category that is there, or in one of that name that may have to be created. */
export type CategoryWish = { readonly slug: string } | { readonly name: string };

/** A product as somebody wants it to be. */
export interface ProductDraft {
  /** Null lets one be made from the title. */
  readonly slug: string | null;
  readonly title: LocalText;
  readonly description: LocalText | null;
  readonly category: CategoryWish | null;
  /** A brand of this name is created if there is none. */
  readonly brand: LocalText | null;
  /** Of a supplier that is there; absent or null says nothing about it. */
  readonly supplierCode?: string | null;
  readonly images: readonly ProductImage[];
  /** Null reads them from the SKUs. */
  readonly options: readonly ProductOption[] | null;
  readonly attributes: readonly NamedValue[];
  readonly tags: readonly string[];
  readonly skus: readonly SkuDraft[];
}
