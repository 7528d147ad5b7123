import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { instant, minor, outcomeOf, quantity } from './shapes.ts';

const stockLine = z.object({ skuId: z.string(), quantity });
const delivery = z.object({
  warehouseId: z.string(),
  earliest: instant,
  latest: instant,
  /** Freight of this parcel before any promotion, minor units of the channel's currency. */
  freightMinor: minor,
  lines: z.array(stockLine),
});

/** Doors of the logistics subgraph for its neighbours. */
export const logisticsOperations = defineOperations('logistics', {
  /** Which warehouse would send what, when it would arrive and what it would cost. Decides nothing. */
  planDelivery: {
    input: z.object({
      channel: z.string(),
      currency: z.string().length(3),
      /** Province or municipality; null plans for the channel's default region. */
      region: z.string().nullable(),
      lines: z.array(stockLine.extend({ weightGrams: z.number().int().nonnegative() })),
    }),
    output: z.object({
      deliveries: z.array(delivery),
      shortages: z.array(z.object({ skuId: z.string(), requested: quantity, available: z.number().int().nonnegative() })),
    }),
  },
  /** Reserves every line or nothing. Idempotent by order id. Refuses with one `InsufficientStockError {skuId, requested, available}` a SKU that is short. */
  reserveStock: {
    input: z.object({
      orderId: z.string(),
      channel: z.string(),
      region: z.string(),
      lines: z.array(stockLine.extend({ orderLineId: z.string(), weightGrams: z.number().int().nonnegative() })),
      /** When an unconfirmed reservation gives itself back. */
      expiresAt: instant,
    }),
    output: outcomeOf(z.object({ reservationIds: z.array(z.string()) })),
  },
  /** Gives an order's open reservations back. Idempotent; forbids a later `reserveStock` of the same order. */
  releaseStock: { input: z.object({ orderId: z.string() }), output: z.object({ released: z.number().int() }) },
  /** Stops all fulfillments of an order unless one has left its warehouse (`stopped: false`, nothing changed). Idempotent. */
  stopFulfillments: { input: z.object({ orderId: z.string() }), output: z.object({ stopped: z.boolean() }) },
  /** Books goods into a warehouse. Idempotent by key. Refuses with `NotFoundError` for an unknown warehouse. */
  receiveStock: {
    input: z.object({
      warehouseCode: z.string(),
      lines: z.array(stockLine).min(1),
      note: z.string(),
      idempotencyKey: z.string(),
    }),
    output: outcomeOf(z.object({ received: z.number().int() })),
  },
  /** Whether goods can be booked into this warehouse: null when there is none of that code. */
  warehouseByCode: {
    input: z.object({ warehouseCode: z.string() }),
    output: z.object({ warehouse: z.object({ id: z.string(), code: z.string() }).nullable() }),
  },
  /** Books goods that came back for an after-sale into the warehouse that had sent them. Idempotent by after-sale id. */
  restockReturn: {
    input: z.object({ orderId: z.string(), afterSaleId: z.string(), lines: z.array(stockLine).min(1) }),
    output: outcomeOf(z.object({ restocked: z.number().int() })),
  },
});
