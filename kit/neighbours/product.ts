import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { instant, minor, moneyShape, outcomeOf } from './shapes.ts';

/** What the rest of the graph needs to know of a SKU in one channel. */
export const skuFacts = z.object({
  skuId: z.string(),
  code: z.string(),
  /** Title of product and options in the caller's language, fit for an order line. */
  title: z.string(),
  productId: z.string(),
  brandId: z.string().nullable(),
  /** Slugs from the root category down to the product's own. */
  categorySlugs: z.array(z.string()),
  /** Null unless the SKU is published in the channel: then it must not be sold there. */
  price: moneyShape.nullable(),
  /** The least that promotions and coupons may leave of the price of one piece (cost and minimum margin), minor units of the channel's currency; 0 when its cost isn't known. Not for shoppers' eyes. */
  floorMinor: minor.default(0),
  weightGrams: z.number().int().nonnegative(),
  /** Who supplies its product; null when nobody was entered. */
  supplierId: z.string().nullable().default(null),
});
export type SkuFacts = z.infer<typeof skuFacts>;

/** A category to be there afterwards. Parents come before their children. */
const categoryToLoad = z.object({
  slug: z.string(),
  name: z.string(),
  nameEn: z.string().nullable(),
  parentSlug: z.string().nullable(),
});

/** A supplier to be there afterwards. */
const supplierToLoad = z.object({ code: z.string(), name: z.string() });

/** A product to be there afterwards, in the currency of the channels it is published to. */
const productToLoad = z.object({
  slug: z.string(),
  title: z.string(),
  titleEn: z.string().nullable(),
  description: z.string(),
  descriptionEn: z.string().nullable(),
  categorySlug: z.string().nullable(),
  brand: z.object({ name: z.string(), nameEn: z.string().nullable() }).nullable(),
  /** Of a supplier that is there; null leaves the product's. */
  supplierCode: z.string().nullable().default(null),
  images: z.array(z.object({ url: z.string(), alt: z.string().nullable() })),
  options: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  attributes: z.array(z.object({ name: z.string(), value: z.string() })),
  tags: z.array(z.string()).default([]),
  skus: z.array(
    z.object({
      code: z.string(),
      options: z.array(z.object({ name: z.string(), value: z.string() })),
      priceMinor: minor,
      compareAtPriceMinor: minor.nullable(),
      costMinor: minor.nullable(),
      weightGrams: z.number().int().nonnegative(),
      barcode: z.string().nullable(),
    }),
  ),
  /** Channels in which it is visible afterwards; none leaves it a draft. */
  publishTo: z.array(z.string()),
  /** When it counts as created and published. */
  createdAt: instant,
  /** Pieces that were sold elsewhere before; counts for a product that is new. */
  salesCount: z.number().int().nonnegative().default(0),
});
export type ProductToLoad = z.input<typeof productToLoad>;

/** Doors of the product subgraph for its neighbours. */
export const productOperations = defineOperations('product', {
  /** Facts of SKUs by id or by code, in the viewer's channel. Unknown ones are absent from the answer. At most 500. */
  skuFacts: {
    input: z.object({
      skuIds: z.array(z.string()).max(500).optional(),
      codes: z.array(z.string()).max(500).optional(),
      channel: z.string(),
      /** To be shown, not charged or promised: may come from memory, a second old at most. */
      forDisplay: z.boolean().optional(),
    }),
    output: z.object({ skus: z.array(skuFacts) }),
  },
  /** Creates or renames categories, by slug. For our own services only; everybody else is FORBIDDEN. Refuses an unknown parent with `NotFoundError`. */
  loadCategories: {
    input: z.object({ categories: z.array(categoryToLoad).max(500) }),
    output: outcomeOf(z.object({ loaded: z.number().int() })),
  },
  /** Creates or renames suppliers, by code, all or none. For our own services only. Refuses with `InvalidInputError`, `InvalidStateError` (archived). */
  loadSuppliers: {
    input: z.object({ suppliers: z.array(supplierToLoad).max(500) }),
    output: outcomeOf(z.object({ loaded: z.number().int() })),
  },
  /**
   * Creates or updates products by slug, all or none, by the rules of `createProduct` and `publishProduct`. For our own services only.
   * At most 200 a call. The answer keeps the order of the input.
   */
  loadProducts: {
    input: z.object({ products: z.array(productToLoad).max(200) }),
    output: outcomeOf(
      z.object({
        products: z.array(
          z.object({
            productId: z.string(),
            slug: z.string(),
            skus: z.array(z.object({ skuId: z.string(), code: z.string(), priceMinor: minor })),
          }),
        ),
      }),
    ),
  },
});
