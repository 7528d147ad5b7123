import type { BestOffer } from './domain/best-offer.ts';

export type BestOfferMapper = BestOffer;

interface CategoryReference {
  readonly path: readonly { readonly slug: string }[];
}

interface BrandReference {
  readonly id: string;
}

/** What the gateway tells of a SKU: `price` and `product` are there whenever `bestOffer` is asked for. */
export interface SkuMapper {
  readonly id: string;
  readonly price?: { readonly amount: string; readonly currency: string } | null;
  readonly product?: {
    readonly id: string;
    readonly brand: BrandReference | null;
    readonly category: CategoryReference | null;
  };
}

/** What the gateway tells of a product: `brand`, `category` and `skus` are there whenever `promotions` is asked for. */
export interface ProductMapper {
  readonly id: string;
  readonly brand?: BrandReference | null;
  readonly category?: CategoryReference | null;
  readonly skus?: readonly { readonly id: string }[];
}
