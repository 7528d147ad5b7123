import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { minor, outcomeOf, quantity } from './shapes.ts';

/** Doors of the logistics subgraph for orders that are changed before they are sent. Splitting and merging are for our own services and the staff behind them. */
export const regrouping = defineOperations('logistics', {
  /** Where the goods of an order lie reserved; nothing for an order without open goods. */
  reservedGoods: {
    input: z.object({ orderId: z.string() }),
    output: z.object({
      lines: z.array(z.object({ orderLineId: z.string(), skuId: z.string(), warehouseId: z.string(), quantity })),
    }),
  },
  /**
   * Keeps an order from being packed while its address changes, until `endReaddressing`. Idempotent by the change's id. Refuses with `InvalidStateError` when something of
   * the order is packed, or has left (the stage).
   */
  beginReaddressing: {
    input: z.object({ orderId: z.string(), changeId: z.string() }),
    output: outcomeOf(z.object({ orderId: z.string() })),
  },
  /** The order has the address that it keeps: it may be packed. Idempotent. */
  endReaddressing: {
    input: z.object({ orderId: z.string(), changeId: z.string() }),
    output: z.object({ orderId: z.string() }),
  },
  /**
   * Hands everything that is reserved for paid orders over to others, which are sent in their place; all or nothing, and no unit is free in between. Idempotent by the
   * orders that receive. Refuses with `InvalidStateError` when somebody has begun to pick (the stage), or when a paid order hasn't reached the warehouses yet (`HELD`).
   */
  regroupOrders: {
    input: z.object({
      from: z.array(z.string()).min(1),
      to: z
        .array(
          z.object({
            orderId: z.string(),
            number: z.string(),
            memberId: z.string().nullable(),
            channel: z.string(),
            region: z.string(),
            /** `fromLineId` is the line of a giving order that the units come from. Together they name everything that those hold. */
            lines: z.array(z.object({ fromLineId: z.string(), orderLineId: z.string(), quantity })),
          }),
        )
        .min(1),
    }),
    output: outcomeOf(
      z.object({
        /** What sending each receiving order from where its goods lie costs before any promotion; null where a warehouse doesn't send there any more. */
        orders: z.array(z.object({ orderId: z.string(), freightMinor: minor.nullable() })),
      }),
    ),
  },
});
