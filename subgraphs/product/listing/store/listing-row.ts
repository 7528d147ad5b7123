import type { SchemaDefinition } from 'mongoose';
import type { IndexSpec } from '#kit/mongo/connect.ts';
import type { ProductListing } from '../domain/listing.ts';

/** A listing as it is stored, under `<channel>:<product id>`. */
export interface ListingRow extends ProductListing {
  readonly _id: string;
}

const text = { type: String, required: true } as const;
const count = { type: Number, required: true } as const;

/** The shape of the collection `productListings`. */
export const listingDefinition: SchemaDefinition = {
  _id: text,
  channel: text,
  productId: text,
  minPriceMinor: count,
  maxPriceMinor: count,
  pricesMinor: [Number],
  categorySlugs: [String],
  brandId: String,
  brandName: { type: Object, default: null },
  attributes: [String],
  titleTerms: [String],
  labelTerms: [String],
  factTerms: [String],
  terms: [String],
  skuIds: [String],
  inStockSkuIds: [String],
  inStock: { type: Boolean, required: true },
  salesCount: count,
  publishedAt: { type: Date, required: true },
};

/** Each order once for the whole channel and once for a category; the search by its terms; the rest for what keeps listings up to date. */
export const listingIndexes: readonly IndexSpec[] = [
  { key: { channel: 1, salesCount: -1, productId: -1 } },
  { key: { channel: 1, publishedAt: -1, productId: -1 } },
  { key: { channel: 1, minPriceMinor: 1, productId: 1 } },
  { key: { channel: 1, categorySlugs: 1, salesCount: -1, productId: -1 } },
  { key: { channel: 1, categorySlugs: 1, publishedAt: -1, productId: -1 } },
  { key: { channel: 1, categorySlugs: 1, minPriceMinor: 1, productId: 1 } },
  { key: { channel: 1, terms: 1 } },
  { key: { productId: 1 } },
  { key: { skuIds: 1 } },
];
