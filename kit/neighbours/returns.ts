import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { outcomeOf, quantity } from './shapes.ts';

const units = z.number().int().nonnegative();

/** Doors of the logistics subgraph for goods that are not to be sent after all, or that come back. */
export const logisticsReturns = defineOperations('logistics', {
  /**
   * Takes units of order lines out of what is yet to be sent and gives their stock back, all or nothing. Idempotent by withdrawal id. Refuses with
   * `InvalidStateError` when so many units of a line don't wait in a warehouse any more.
   */
  withdrawUnits: {
    input: z.object({
      orderId: z.string(),
      withdrawalId: z.string(),
      lines: z.array(z.object({ orderLineId: z.string(), quantity })).min(1),
    }),
    output: outcomeOf(
      z.object({
        /** Units of the order that still wait in a warehouse. */
        unitsToSend: units,
        /** Units of the order that have left. */
        unitsSent: units,
        /** Parcels of the order that were not handed over yet, those that wait included. */
        toDeliver: units,
      }),
    ),
  },
  /**
   * Sends what was reserved (`reserveStock`) under an after-sale's id as a part of its order. Idempotent. A reservation that has run out is made again: refuses
   * with `InsufficientStockError` when it can't, with `InvalidStateError` when it was given back.
   */
  sendReplacement: {
    input: z.object({
      afterSaleId: z.string(),
      orderId: z.string(),
      orderNumber: z.string(),
      memberId: z.string().nullable(),
      channel: z.string(),
      region: z.string(),
      lines: z.array(
        z.object({ orderLineId: z.string(), skuId: z.string(), quantity, weightGrams: z.number().int().nonnegative() }),
      ),
    }),
    output: outcomeOf(z.object({ fulfillmentIds: z.array(z.string()) })),
  },
  /**
   * Books goods that came back for an after-sale into the warehouses that had sent them: some can be sold again, the others are written off. Idempotent by
   * receipt id. Refuses with `InvalidInputError` when more come back than were sent, `NotFoundError` when nothing was.
   */
  takeBackGoods: {
    input: z.object({
      orderId: z.string(),
      afterSaleId: z.string(),
      receiptId: z.string(),
      lines: z.array(z.object({ skuId: z.string(), restocked: units, writtenOff: units })).min(1),
    }),
    output: outcomeOf(z.object({ booked: units })),
  },
});
