import type { BestOffer } from './domain/best-offer.ts';

export type BestOfferMapper = BestOffer;

/** What the gateway tells of a SKU: `offerUnit` is there whenever `bestOffer` is asked for. */
export interface SkuMapper {
  readonly id: string;
  readonly offerUnit?: string | null;
}

/** What the gateway tells of a product: `offerSubject` is there whenever `promotions` is asked for. */
export interface ProductMapper {
  readonly id: string;
  readonly offerSubject?: string;
}
