import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { attempt, instant, minor, outcomeOf, quantity } from './shapes.ts';

const stockLine = z.object({ skuId: z.string(), quantity });
/** One parcel as it is planned. */
export const plannedDelivery = z.object({
  warehouseId: z.string(),
  earliest: instant,
  latest: instant,
  /** Freight of this parcel before any promotion, minor units of the channel's currency. */
  freightMinor: minor,
  lines: z.array(stockLine),
});

const names = { name: z.string(), nameEn: z.string() };
const trackingEvent = z.object({
  at: instant,
  status: z.enum(['LABELLED', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'RETURNED']),
  description: z.string(),
  location: z.string().nullable(),
});

/** A carrier with its rate card, at most one rate a zone. */
const carrierToLoad = z.object({
  code: z.string(),
  ...names,
  rates: z.array(
    z.object({
      zone: z.enum(['LOCAL', 'NEAR', 'FAR', 'REMOTE']),
      firstKgMinor: minor,
      extraKgMinor: minor,
      minDays: z.number().int().nonnegative(),
      maxDays: z.number().int().nonnegative(),
    }),
  ),
});
export type CarrierToLoad = z.infer<typeof carrierToLoad>;

/** A warehouse; a parent stands before its children. Regions by their Chinese names. */
const warehouseToLoad = z.object({
  code: z.string(),
  ...names,
  tier: z.enum(['CENTRAL', 'REGIONAL', 'FRONT']),
  region: z.string(),
  city: z.string(),
  parentCode: z.string().nullable(),
  /** Regions it sends to; null for all. */
  coverage: z.array(z.string()).nullable(),
  /** Channels it serves; null for all. */
  channels: z.array(z.string()).nullable(),
  /** `HH:MM` in China. */
  cutoff: z.string(),
  carrierCode: z.string(),
  handlingMinor: minor,
  dailyParcels: z.number().int().positive(),
});
export type WarehouseToLoad = z.infer<typeof warehouseToLoad>;

/** One fulfillment of an order of the past, as it stands now. The instants of the steps it has taken are given, the others are null. */
const shipmentToLoad = z.object({
  orderId: z.string(),
  orderNumber: z.string(),
  memberId: z.string().nullable(),
  channel: z.string(),
  region: z.string(),
  warehouseCode: z.string(),
  status: z.enum(['ALLOCATED', 'PICKING', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED']),
  lines: z.array(stockLine.extend({ orderLineId: z.string(), weightGrams: z.number().int().nonnegative() })).min(1),
  allocatedAt: instant,
  pickedAt: instant.nullable(),
  packedAt: instant.nullable(),
  shippedAt: instant.nullable(),
  deliveredAt: instant.nullable(),
  cancelledAt: instant.nullable(),
  /** For SHIPPED and DELIVERED. */
  carrierCode: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  events: z.array(trackingEvent),
});
export type ShipmentToLoad = z.infer<typeof shipmentToLoad>;

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
      /** To be shown, not charged or promised: may come from memory, a second old at most. */
      forDisplay: z.boolean().optional(),
    }),
    output: z.object({
      deliveries: z.array(plannedDelivery),
      shortages: z.array(
        z.object({ skuId: z.string(), requested: quantity, available: z.number().int().nonnegative() }),
      ),
    }),
  },
  /** Reserves every line or nothing. Idempotent by order id and attempt. Refuses with one `InsufficientStockError {skuId, requested, available}` a SKU that is short. */
  reserveStock: {
    input: z.object({
      orderId: z.string(),
      attempt,
      channel: z.string(),
      region: z.string(),
      lines: z.array(stockLine.extend({ orderLineId: z.string(), weightGrams: z.number().int().nonnegative() })),
      /** When an unconfirmed reservation gives itself back. */
      expiresAt: instant,
    }),
    output: outcomeOf(z.object({ reservationIds: z.array(z.string()) })),
  },
  /** Gives an order's open reservations back. Idempotent; forbids a `reserveStock` of this attempt, or an earlier one, that comes late. */
  releaseStock: { input: z.object({ orderId: z.string(), attempt }), output: z.object({ released: z.number().int() }) },
  /** Stops all fulfillments of an order unless one has left its warehouse (`stopped: false`, nothing changed). Idempotent. */
  stopFulfillments: { input: z.object({ orderId: z.string(), attempt }), output: z.object({ stopped: z.boolean() }) },
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
  /** Whether parcels can go by a carrier of this code. */
  knowsCarrier: {
    input: z.object({ carrierCode: z.string() }),
    output: z.object({ known: z.boolean() }),
  },
  /** Creates or changes carriers and warehouses, by code. For our own services only; everybody else is FORBIDDEN. Idempotent. */
  loadNetwork: {
    input: z.object({ carriers: z.array(carrierToLoad).max(100), warehouses: z.array(warehouseToLoad).max(100) }),
    output: outcomeOf(z.object({ warehouses: z.array(z.object({ code: z.string(), warehouseId: z.string() })) })),
  },
  /** Books goods into many warehouses at once. For our own services only. Idempotent by key. At most 5,000 lines a call. */
  loadStock: {
    input: z.object({
      idempotencyKey: z.string(),
      at: instant,
      lines: z
        .array(stockLine.extend({ warehouseCode: z.string() }))
        .min(1)
        .max(5_000),
    }),
    output: outcomeOf(z.object({ loaded: z.number().int() })),
  },
  /**
   * Writes the fulfillments and shipments of orders of the past, telling nobody. Their goods are booked in and out again, so what is on
   * hand and free stays as it is. For our own services only. Idempotent by order: all fulfillments of an order belong in one call, and an
   * order that is known already is passed over. At most 500 a call.
   */
  loadShipments: {
    input: z.object({ shipments: z.array(shipmentToLoad).min(1).max(500) }),
    output: outcomeOf(z.object({ loaded: z.number().int() })),
  },
});
