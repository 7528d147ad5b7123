/** Where a shipment stands; see `ShipmentStatus` in the schema. */
export const shipmentStatuses = [
  'LABELLED',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
  'EXCEPTION',
  'RETURNED',
] as const;
export type ShipmentStatus = (typeof shipmentStatuses)[number];

/** Which status may follow which. An exception may be followed by anything, since the parcel is wherever it is; nothing follows a final one. */
const next: Readonly<Record<ShipmentStatus, readonly ShipmentStatus[]>> = {
  LABELLED: ['IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'RETURNED'],
  IN_TRANSIT: ['OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'RETURNED'],
  OUT_FOR_DELIVERY: ['DELIVERED', 'EXCEPTION', 'RETURNED'],
  EXCEPTION: ['IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'RETURNED'],
  DELIVERED: [],
  RETURNED: [],
};

/** One report of a carrier. */
export interface TrackingEvent {
  readonly at: Date;
  readonly status: ShipmentStatus;
  readonly description: string;
  readonly location: string | null;
}

/** The way of a fulfillment to the shopper, with one carrier. */
export interface Shipment {
  readonly id: string;
  readonly fulfillmentId: string;
  readonly orderId: string;
  readonly memberId: string | null;
  readonly carrierCode: string;
  readonly trackingNumber: string;
  readonly status: ShipmentStatus;
  /** By time. */
  readonly events: readonly TrackingEvent[];
  readonly shippedAt: Date;
  readonly deliveredAt: Date | null;
}

/** A carrier that reports more than this about one parcel is broken. */
export const mostEvents = 200;

/**
 * Adds a report, in its place by time; the very same report (instant and status) again changes nothing. The status follows the reports in the order
 * of their time and only moves forward: a late report of an earlier instant never takes it back, and a final status stays.
 */
export function record(shipment: Shipment, event: TrackingEvent): Shipment {
  if (shipment.events.some((known) => isSame(known, event))) return shipment;
  // toSorted is stable: of two reports of one instant the earlier received comes first.
  const events = [...shipment.events, event].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const status = isFinal(shipment.status) ? shipment.status : statusAfter(events);
  const deliveredAt = shipment.deliveredAt ?? (status === 'DELIVERED' ? event.at : null);
  return { ...shipment, events, status, deliveredAt };
}

function statusAfter(events: readonly TrackingEvent[]): ShipmentStatus {
  return events.reduce<ShipmentStatus>(
    (status, event) => (next[status].includes(event.status) ? event.status : status),
    'LABELLED',
  );
}

function isFinal(status: ShipmentStatus): boolean {
  return next[status].length === 0;
}

function isSame(a: TrackingEvent, b: TrackingEvent): boolean {
  return a.at.getTime() === b.at.getTime() && a.status === b.status;
}
