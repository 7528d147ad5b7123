import type { SchemaDefinition } from 'mongoose';
import type { IndexSpec } from '#kit/mongo/connect.ts';
import type { Product } from '../domain/product.ts';

/** A product as it is stored: the same, with its id as the document's. */
export interface ProductRow extends Omit<Product, 'id'> {
  readonly _id: string;
}

const text = { type: String, required: true } as const;
const flag = { type: Boolean, required: true } as const;
const count = { type: Number, required: true } as const;
const instant = { type: Date, required: true } as const;
const localText = { zh: text, en: String };
const namedValue = { name: text, value: text };
const image = { url: text, alt: String };

/** Objects that may be null as a whole can't be declared by their parts: mongoose would make empty ones of them. */
const nullable = { type: Object, default: null } as const;
const money = { minor: count, currency: text };

/** The shape of the collection `products`, a SKU being a part of its product. */
export const productDefinition: SchemaDefinition = {
  _id: text,
  slug: text,
  title: localText,
  description: nullable,
  status: text,
  channels: [String],
  formerChannels: [String],
  categoryId: String,
  brandId: String,
  supplierId: String,
  images: [image],
  options: [{ name: text, values: [String] }],
  attributes: [namedValue],
  tags: [String],
  skus: [
    {
      id: text,
      code: text,
      title: nullable,
      options: [namedValue],
      price: money,
      compareAtPrice: nullable,
      cost: nullable,
      channelPrices: [{ channel: text, price: money, compareAtPrice: nullable }],
      weightGrams: count,
      barcode: String,
      imageUrl: String,
      inStock: flag,
      retired: flag,
    },
  ],
  salesCount: count,
  revision: count,
  createdAt: instant,
  updatedAt: instant,
  publishedAt: Date,
};

/** What products are found by. The unique ones keep slugs and SKU codes apart under concurrency. */
export const productIndexes: readonly IndexSpec[] = [
  { key: { slug: 1 }, unique: true },
  { key: { 'skus.id': 1 } },
  { key: { 'skus.code': 1 }, unique: true },
  { key: { status: 1, _id: -1 } },
  { key: { formerChannels: 1, updatedAt: 1, _id: 1 } },
];
