import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { moneyShape } from './shapes.ts';

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
  weightGrams: z.number().int().nonnegative(),
});
export type SkuFacts = z.infer<typeof skuFacts>;

/** Doors of the product subgraph for its neighbours. */
export const productOperations = defineOperations('product', {
  /** Facts of SKUs by id or by code, in the viewer's channel. Unknown ones are absent from the answer. At most 500. */
  skuFacts: {
    input: z.object({
      skuIds: z.array(z.string()).max(500).optional(),
      codes: z.array(z.string()).max(500).optional(),
      channel: z.string(),
    }),
    output: z.object({ skus: z.array(skuFacts) }),
  },
});
