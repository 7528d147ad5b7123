import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { addressShape, instant, minor, outcomeOf, quantity } from './shapes.ts';

/** Doors of the order subgraph for its neighbours. */
export const orderOperations = defineOperations('order', {
  /** Places the order behind a flash-sale ticket by the same saga as `placeOrder`. Idempotent by ticket id. */
  placeFlashSaleOrder: {
    input: z.object({
      ticketId: z.string(),
      memberId: z.string(),
      channel: z.string(),
      skuId: z.string(),
      quantity,
      unitPriceMinor: minor,
      currency: z.string().length(3),
      addressId: z.string().nullable(),
      address: addressShape.nullable(),
      /** When the unpaid order closes and the ticket returns to its quota. */
      payBefore: instant,
    }),
    output: outcomeOf(z.object({ orderId: z.string() })),
  },
});
