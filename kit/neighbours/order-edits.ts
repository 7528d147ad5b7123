import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { plannedDelivery } from './logistics.ts';
import { minor, outcomeOf, quantity } from './shapes.ts';

const removed = z.array(z.object({ orderLineId: z.string(), quantity }));
const stage = z.object({
  orderId: z.string(),
  /** Whether the order is paid; of one that isn't, nothing is allocated. */
  paid: z.boolean().default(true),
});

/** Doors of the logistics subgraph for orders whose goods are changed before anything of them is packed, paid or not. */
export const orderEdits = defineOperations('logistics', {
  /**
   * What it costs more to send an order without some units and with others, planned from where its goods lie, never less than nothing; and how all of it would be sent then. Decides
   * nothing. Refuses with `InvalidStateError` when something is packed or has left (the stage), when the paid order hasn't reached the warehouses yet (`HELD`), or the unpaid one
   * has lost its goods (`RELEASED`); with `InsufficientStockError`.
   */
  planEdit: {
    input: stage.extend({
      channel: z.string(),
      region: z.string(),
      removed,
      added: z.array(z.object({ skuId: z.string(), quantity, weightGrams: z.number().int().nonnegative() })),
    }),
    output: outcomeOf(z.object({ freightMinor: minor, deliveries: z.array(plannedDelivery) })),
  },
  /**
   * Takes units out of what an order is sent and puts in what is reserved (`reserveStock`) under the edit's id; all or nothing, and no unit is free in between.
   * Idempotent by edit id. Refuses with `InvalidStateError` as `planEdit` does, or when what was reserved has been given back (`RELEASED`).
   */
  applyEdit: {
    input: stage.extend({
      editId: z.string(),
      orderNumber: z.string(),
      memberId: z.string().nullable(),
      channel: z.string(),
      removed,
      /** Whether something is reserved under the edit's id. */
      adds: z.boolean(),
    }),
    output: outcomeOf(z.object({ orderId: z.string() })),
  },
});
