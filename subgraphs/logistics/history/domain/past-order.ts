import { newId } from '#kit/ids/ids.ts';
import {
  advance,
  type Fulfillment,
  type FulfillmentAction,
  type FulfillmentStatus,
} from '../../fulfillment/domain/fulfillment.ts';
import type { Reservation, ReservedLine } from '../../reservation/domain/reservation.ts';
import { record, type Shipment, type TrackingEvent } from '../../shipment/domain/shipment.ts';
import { addedUp, type StockMovement } from '../../stock/domain/movement.ts';
import { binOf, type StockChange } from '../../stock/domain/stock-level.ts';

/** One fulfillment of an order of the past, as it stands now. An instant is null when the step was not taken. */
export interface PastFulfillment {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly memberId: string | null;
  readonly channel: string;
  readonly warehouseId: string;
  readonly status: FulfillmentStatus;
  readonly lines: readonly PastLine[];
  readonly allocatedAt: Date;
  readonly pickedAt: Date | null;
  readonly packedAt: Date | null;
  readonly shippedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly shipment: { readonly carrierCode: string; readonly trackingNumber: string } | null;
  readonly events: readonly TrackingEvent[];
}

export interface PastLine {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly weightGrams: number;
}

/** What an order of the past left behind. */
export interface PastRecords {
  readonly reservation: Reservation;
  readonly fulfillments: readonly Fulfillment[];
  readonly shipments: readonly Shipment[];
  readonly movements: readonly StockMovement[];
  /** What is still there of it: goods of parts that have not left are on hand and reserved. */
  readonly changes: readonly StockChange[];
}

/** The instants of the past contradict the status: a step is missing, or one was taken that the status hasn't reached. */
export class UnlikelyPastError extends Error {
  constructor(past: PastFulfillment) {
    super(`the steps of a fulfillment of order ${past.orderId} don't lead to ${past.status}`);
    this.name = 'UnlikelyPastError';
  }
}

/**
 * Rebuilds the records of one order from its fulfillments by the rules of living ones. Its goods came in for it and went out with it, so
 * that the ledger balances and nothing else is touched.
 */
export function recordsOf(parts: readonly [PastFulfillment, ...PastFulfillment[]]): PastRecords {
  const built = parts.map((past) => ({ past, fulfillment: fulfillmentOf(past) }));
  const [first] = parts;
  const allCancelled = parts.every((past) => past.status === 'CANCELLED');
  const shipments = built.flatMap(({ past, fulfillment }) => shipmentOf(past, fulfillment.id));
  return {
    reservation: {
      orderId: first.orderId,
      attempt: 1,
      state: allCancelled ? 'RELEASED' : 'CONFIRMED',
      releasedBecause: allCancelled ? 'CANCELLED' : null,
      expiresAt: null,
      lines: parts.flatMap(reservedLinesOf),
      returned: [],
      createdAt: first.allocatedAt,
      version: 1,
    },
    fulfillments: built.map(({ fulfillment }) => fulfillment),
    shipments,
    movements: built.flatMap(({ past, fulfillment }) => movementsOf(past, fulfillment.id)),
    changes: parts.flatMap((past) =>
      isOpen(past)
        ? addedUp(past.lines).map(({ skuId, quantity }) => {
            return { warehouseId: past.warehouseId, skuId, onHand: quantity, reserved: quantity };
          })
        : [],
    ),
  };
}

function isOpen({ status }: PastFulfillment): boolean {
  return status === 'ALLOCATED' || status === 'PICKING' || status === 'PACKED';
}

function fulfillmentOf(past: PastFulfillment): Fulfillment {
  const { orderId, orderNumber, memberId, channel, warehouseId, allocatedAt } = past;
  const steps: readonly (readonly [FulfillmentAction, Date | null])[] = [
    ['START_PICKING', past.status === 'PICKING' ? (past.pickedAt ?? allocatedAt) : null],
    ['PICK', past.pickedAt],
    ['PACK', past.packedAt],
    ['SHIP', past.shippedAt],
    ['DELIVER', past.deliveredAt],
    ['CANCEL', past.cancelledAt],
  ];
  let fulfillment: Fulfillment = {
    id: newId('fulfillment'),
    orderId,
    orderNumber,
    memberId,
    channel,
    warehouseId,
    stage: 'ALLOCATED',
    lines: past.lines.map(({ orderLineId, skuId, quantity }) => ({ orderLineId, skuId, quantity, bin: binOf(skuId) })),
    parcels: past.packedAt === null ? [] : [{ id: newId('parcel'), weightGrams: null, lines: addedUp(past.lines) }],
    allocatedAt,
    steps: [],
  };
  for (const [action, at] of steps) {
    if (at === null) continue;
    const moved = advance(fulfillment, { action, at, by: 'logistics', callId: newId('request') });
    if (!moved.ok) throw new UnlikelyPastError(past);
    fulfillment = moved.value;
  }
  const reached = fulfillment.stage === 'PICKED' ? 'PICKING' : fulfillment.stage;
  if (reached !== past.status) throw new UnlikelyPastError(past);
  return fulfillment;
}

function reservedLinesOf(past: PastFulfillment): ReservedLine[] {
  const ended = past.status === 'CANCELLED' ? 'RELEASED' : 'SHIPPED';
  const state = isOpen(past) ? 'OPEN' : ended;
  return past.lines.map((line) => ({ id: newId('reservation'), ...line, warehouseId: past.warehouseId, state }));
}

function movementsOf(past: PastFulfillment, fulfillmentId: string): StockMovement[] {
  if (past.status === 'CANCELLED') return [];
  return addedUp(past.lines).flatMap(({ skuId, quantity }) => {
    const place = { warehouseId: past.warehouseId, skuId, damaged: 0, causeId: fulfillmentId, note: null };
    const came = { cause: 'RECEIPT' as const, onHand: quantity, at: past.allocatedAt };
    const left = { cause: 'SHIPMENT' as const, onHand: -quantity, at: past.shippedAt };
    return [
      { id: newId('stockMovement'), ...place, ...came },
      ...(left.at === null ? [] : [{ id: newId('stockMovement'), ...place, ...left, at: left.at }]),
    ];
  });
}

function shipmentOf(past: PastFulfillment, fulfillmentId: string): Shipment[] {
  if (past.shippedAt === null) return [];
  if (past.shipment === null) throw new UnlikelyPastError(past);
  const fresh: Shipment = {
    id: newId('shipment'),
    fulfillmentId,
    orderId: past.orderId,
    memberId: past.memberId,
    ...past.shipment,
    status: 'LABELLED',
    events: [],
    shippedAt: past.shippedAt,
    deliveredAt: null,
  };
  const reported = past.events.reduce(record, fresh);
  if ((reported.status === 'DELIVERED') !== (past.status === 'DELIVERED')) throw new UnlikelyPastError(past);
  return [reported];
}
