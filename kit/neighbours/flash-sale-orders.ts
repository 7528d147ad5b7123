import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { locales } from '#kit/viewer/viewer.ts';
import { plannedDelivery } from './logistics.ts';
import { addressShape, instant, minor, orderStatus, outcomeOf, quantity } from './shapes.ts';

/** Orders that one call places at most. */
export const mostTogether = 500;

const many = <T extends z.ZodType>(one: T) => z.array(one).min(1).max(mostTogether);

/** What a buyer is told of an order at once. */
const placedOrder = z.object({
  orderId: z.string(),
  number: z.string(),
  status: orderStatus,
  totalMinor: minor,
  currency: z.string().length(3),
});
export type PlacedOrderFacts = z.infer<typeof placedOrder>;

const placing = z.object({
  /** Chosen with the ticket: the order is known by it before it is there. */
  orderId: z.string(),
  ticketId: z.string(),
  memberId: z.string(),
  channel: z.string(),
  locale: z.enum(locales),
  skuId: z.string(),
  quantity,
  unitPriceMinor: minor,
  currency: z.string().length(3),
  /** What the two steps of the price are called: the channel's price, and the flash sale's. */
  labels: z.object({ channelPrice: z.string(), flashPrice: z.string() }),
  addressId: z.string().nullable(),
  address: addressShape.nullable(),
  /** When the unpaid order closes and the ticket returns to its quota. */
  payBefore: instant,
  /** What the buyer saw or confirmed, in `currency`, freight included. Absent: whatever it costs. */
  expectedTotalMinor: minor.optional(),
});
export type FlashSalePlacing = z.infer<typeof placing>;

/** What such an order would be made of. */
const wouldBe = placing.pick({
  memberId: true,
  channel: true,
  skuId: true,
  quantity: true,
  unitPriceMinor: true,
  currency: true,
  addressId: true,
  address: true,
});
export type FlashSaleWish = z.infer<typeof wouldBe>;

/** What such an order would cost, in its currency, and when its goods would come. */
const price = z.object({
  goodsMinor: minor,
  freightMinor: minor,
  totalMinor: minor,
  earliest: instant,
  latest: instant,
});
export type FlashSalePrice = z.infer<typeof price>;

/** Doors of the order subgraph for flash sales; for our own services only. Answers stand in the order of the input. */
export const flashSaleOrders = defineOperations('order', {
  /** What an order would cost with its freight; may come from memory, a second old at most. Holds nothing. */
  priceFlashSaleOrder: { input: wouldBe, output: outcomeOf(price) },
  /**
   * Places the orders behind tickets at the tickets' prices. Whoever asks again with an order's id gets the same answer. A refusal is final for its id, and nothing
   * is held for it; `PriceChangedError` is one, where the total isn't the expected one.
   */
  placeFlashSaleOrders: {
    input: z.object({ orders: many(placing) }),
    output: z.object({ placed: z.array(outcomeOf(placedOrder)) }),
  },
  /** What became of such orders. One that was not placed never will be, and nothing is held for it afterwards. */
  settleFlashSaleOrders: {
    input: z.object({ orders: many(placing.pick({ orderId: true, memberId: true, currency: true })) }),
    output: z.object({ placed: z.array(outcomeOf(placedOrder)) }),
  },
});

/** Doors of the logistics subgraph for who places many orders at once; for our own services only. Answers stand in the order of the input. */
export const manyReservations = defineOperations('logistics', {
  /** Reserves for each as `reserveStock` does, and says how what was reserved will be sent. */
  reserveOrders: {
    input: z.object({
      orders: many(
        z.object({
          orderId: z.string(),
          channel: z.string(),
          region: z.string(),
          lines: z.array(
            z.object({
              orderLineId: z.string(),
              skuId: z.string(),
              quantity,
              weightGrams: z.number().int().nonnegative(),
            }),
          ),
          expiresAt: instant,
          /** The presale that it is an order of: what is set aside for that is there for it. */
          presaleId: z.string().optional(),
        }),
      ),
    }),
    output: z.object({ reserved: z.array(outcomeOf(z.object({ deliveries: z.array(plannedDelivery) }))) }),
  },
});

/** Doors of the member subgraph for who places many orders at once; for our own services only. Answers stand in the order of the input. */
export const manyAddresses = defineOperations('member', {
  /** Addresses of members, each as `addressOf` finds it. */
  addressesOf: {
    input: z.object({ wanted: many(z.object({ memberId: z.string(), addressId: z.string().nullable() })) }),
    output: z.object({ addresses: z.array(addressShape.nullable()) }),
  },
});
