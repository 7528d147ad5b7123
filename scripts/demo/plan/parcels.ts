import type { ShipmentToLoad } from '#kit/neighbours/logistics.ts';
import { chanceOf } from '../catalogue/chance.ts';
import { type DemoWarehouse, demoCarriers } from '../network/network.ts';
import type { PlannedOrder } from './orders.ts';
import type { StockLine } from './stock.ts';

type Status = ShipmentToLoad['status'];
type TrackingEvent = ShipmentToLoad['events'][number];

/** What one warehouse sends, or has still to send, of an order. */
export interface PlannedParcel {
  readonly orderKey: string;
  readonly warehouseCode: string;
  readonly status: Status;
  /** Indexes of the order's lines. */
  readonly lines: readonly number[];
  readonly allocatedAt: Date;
  readonly pickedAt: Date | null;
  readonly packedAt: Date | null;
  readonly shippedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly carrierCode: string | null;
  readonly trackingNumber: string | null;
  readonly events: readonly TrackingEvent[];
}

const hour = 60 * 60_000;

/** Plans what the warehouses have done for an order by `now`; nothing for one that was never paid. */
export function parcelPlanner(warehouses: readonly DemoWarehouse[], stock: readonly StockLine[], now: Date) {
  const kept = new Set(stock.map(({ warehouseCode, skuCode }) => `${warehouseCode} ${skuCode}`));
  const central = warehouses.find(({ tier }) => tier === 'CENTRAL');
  if (!central) throw new Error('the network has no central warehouse');

  /** The nearest warehouse that keeps all of these, else the central one. The smaller ones stand last in the network, and are nearer. */
  function senderOf(order: PlannedOrder, lines: readonly number[]): DemoWarehouse | undefined {
    const keepsAll = ({ code }: DemoWarehouse) =>
      lines.every((line) => kept.has(`${code} ${order.lines[line]?.skuCode ?? ''}`));
    return warehouses.findLast((each) => each.nearestTo.includes(order.address.region) && keepsAll(each));
  }

  return (order: PlannedOrder): PlannedParcel[] => {
    if (order.paidAt === null) return [];
    const indexes = order.lines.map((_, index) => index);
    const groups = order.parcels === 2 ? [indexes.slice(0, 1), indexes.slice(1)] : [indexes];
    return groups.map((lines, index) => {
      // With two parcels one comes from the central warehouse, as it happens when the near one doesn't keep everything.
      const sender = groups.length > 1 && index === 1 ? central : (senderOf(order, lines) ?? central);
      return parcelOf(order, sender, { lines, index, last: index === groups.length - 1 }, now);
    });
  };
}

function parcelOf(
  order: PlannedOrder,
  warehouse: DemoWarehouse,
  { lines, index, last }: { lines: readonly number[]; index: number; last: boolean },
  now: Date,
): PlannedParcel {
  const allocatedAt = order.paidAt ?? order.placedAt;
  const name = `${order.key}-${index + 1}`;
  const shippedAt = shippedAtOf(order, last);
  const cancelledAt = order.status === 'CANCELLED' ? order.endedAt : null;
  const steps = { orderKey: order.key, warehouseCode: warehouse.code, lines, allocatedAt, cancelledAt };
  const none = {
    pickedAt: null,
    packedAt: null,
    shippedAt: null,
    deliveredAt: null,
    carrierCode: null,
    trackingNumber: null,
  };
  if (cancelledAt !== null) return { ...steps, ...none, status: 'CANCELLED', events: [] };
  if (shippedAt === null) {
    const waited = now.getTime() - allocatedAt.getTime();
    const [picked, packed] = [2 + 4 * chanceOf(`${name} picked`), 6 + 12 * chanceOf(`${name} packed`)];
    const pickedAt = waited > picked * hour ? new Date(allocatedAt.getTime() + picked * hour) : null;
    const packedAt = waited > packed * hour ? new Date(allocatedAt.getTime() + packed * hour) : null;
    const status = packedAt ? 'PACKED' : pickedAt ? 'PICKING' : 'ALLOCATED';
    return { ...steps, ...none, status, pickedAt, packedAt, events: [] };
  }
  const packing = (shippedAt.getTime() - allocatedAt.getTime()) / 3;
  const sent = {
    ...steps,
    pickedAt: new Date(allocatedAt.getTime() + packing),
    packedAt: new Date(allocatedAt.getTime() + 2 * packing),
    shippedAt,
    carrierCode: warehouse.carrierCode,
    trackingNumber: `${warehouse.carrierCode}${9_000_000_000 + Number(order.key.slice(-5)) * 10 + index}`,
  };
  const { deliveredAt } = order;
  const events = eventsOf(order, warehouse, shippedAt, deliveredAt, now);
  return deliveredAt
    ? { ...sent, status: 'DELIVERED', deliveredAt, events }
    : { ...sent, status: 'SHIPPED', deliveredAt: null, events };
}

/** The first of two parcels leaves earlier than the last one; when an order is only partly shipped, the last hasn't left. */
function shippedAtOf({ paidAt, firstShippedAt, shippedAt }: PlannedOrder, last: boolean): Date | null {
  return paidAt === null || last ? shippedAt : firstShippedAt;
}

function eventsOf(
  { address }: PlannedOrder,
  { city, carrierCode }: DemoWarehouse,
  shippedAt: Date,
  deliveredAt: Date | null,
  now: Date,
): TrackingEvent[] {
  const local = city === address.city;
  const arrival = deliveredAt?.getTime() ?? shippedAt.getTime() + 72 * hour;
  const at = (part: number) => new Date(shippedAt.getTime() + (arrival - shippedAt.getTime()) * part);
  const all = [
    event(at(0), 'LABELLED', `${carrierName(carrierCode)}已揽收`, city),
    event(at(0.15), 'IN_TRANSIT', local ? `已到达${city}分拨中心` : `已离开${city}，发往${address.city}`, city),
    event(at(0.6), 'IN_TRANSIT', local ? '已到达派送网点' : `已到达${address.city}转运中心`, address.city),
    event(at(0.9), 'OUT_FOR_DELIVERY', '快递员正在派送', address.city),
    event(at(1), 'DELIVERED', '已签收，感谢使用', address.city),
  ];
  return all.filter(({ at, status }) => (status === 'DELIVERED' ? deliveredAt !== null : at <= now.toISOString()));
}

function carrierName(code: string): string {
  return demoCarriers.find((carrier) => carrier.code === code)?.name ?? code;
}

function event(at: Date, status: TrackingEvent['status'], description: string, location: string): TrackingEvent {
  return { at: at.toISOString(), status, description, location };
}
