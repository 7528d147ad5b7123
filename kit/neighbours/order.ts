import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { addressShape, instant, minor, pastOrderStatus, quantity } from './shapes.ts';

/** Doors of the order subgraph for its neighbours. */
export const orderOperations = defineOperations('order', {
  /** How many orders of a member still need to know whom they are for: not at their end, being put right, or waiting for their invoice. System only. */
  unfinishedOrders: {
    input: z.object({ memberId: z.string() }),
    output: z.object({ orders: z.number().int().nonnegative() }),
  },
  /**
   * Writes orders of the past, for demo data and take-overs from another system; system only. They go through the same rules as living orders, but nobody is told:
   * no event is sent and nothing is held, so that stock, points and parcels of these orders have to be loaded where they belong.
   * All of a call or nothing; an order whose key is known already is answered as it is and left alone, so a call may be repeated.
   */
  loadOrders: {
    input: z.object({
      orders: z
        .array(
          z.object({
            /** What it is called where it comes from. */
            key: z.string().min(1).max(200),
            memberId: z.string(),
            channel: z.string(),
            currency: z.string().length(3),
            placedAt: instant,
            /** Absent for an order that was never paid; an unpaid one that is still open closes by itself. */
            paidAt: instant.nullable(),
            /** When the last parcel left; absent before. */
            shippedAt: instant.nullable(),
            deliveredAt: instant.nullable(),
            completedAt: instant.nullable(),
            /** When it was cancelled or closed; absent otherwise. */
            endedAt: instant.nullable(),
            status: pastOrderStatus,
            freightMinor: minor,
            address: addressShape,
            lines: z
              .array(
                z.object({
                  skuId: z.string(),
                  productId: z.string(),
                  title: z.string(),
                  quantity,
                  unitPriceMinor: minor,
                  /** What is paid for the whole line. */
                  totalMinor: minor,
                }),
              )
              .min(1),
          }),
        )
        .max(2_000),
    }),
    /** In the order of the input. */
    output: z.object({
      orders: z.array(z.object({ orderId: z.string(), number: z.string(), lineIds: z.array(z.string()) })),
    }),
  },
});
