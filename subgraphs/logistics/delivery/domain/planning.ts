import { covers, servesChannel, type Network, type Warehouse, type ZoneRate } from '../../network/domain/network.ts';
import { regionNamed, zoneBetween } from '../../network/domain/regions.ts';
import { allocate, type Demand, type Shortage, type Source } from './allocation.ts';
import { freightOf } from './freight.ts';
import { arrivalOf, type ArrivalWindow } from './promise.ts';

/** What an operator can set about planning. */
export interface DeliveryPolicy {
  /** What each parcel after the first costs in goodwill, fen. */
  readonly splitPenaltyMinor: number;
  /** Shoppers are content with an arrival within so many days. */
  readonly promisedDays: number;
  /** What each further day costs in goodwill, fen per parcel. */
  readonly latenessPenaltyMinorPerDay: number;
  /** Where deliveries are planned to when the shopper has named no region. */
  readonly defaultRegion: string;
}

/** The state of the network at one moment. */
export interface NetworkNow {
  readonly network: Network;
  /** Fulfillments that wait in each warehouse, by its id. */
  readonly backlog: ReadonlyMap<string, number>;
  readonly now: Date;
}

/** Whom a delivery is for. */
export interface Destination {
  readonly channel: string;
  /** As the shopper wrote it; null for the default. */
  readonly region: string | null;
}

/** A warehouse that may send to a destination, by which rate, arriving when. */
export interface Candidate {
  readonly warehouse: Warehouse;
  readonly rate: ZoneRate;
  readonly arrival: ArrivalWindow;
}

/** One planned parcel. */
export interface Delivery {
  readonly warehouse: Warehouse;
  readonly arrival: ArrivalWindow;
  readonly freightMinor: number;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
}

/** How many units of a SKU a warehouse could sell. */
export type AvailableIn = (warehouseId: string, skuId: string) => number;

export type DeliveryPlan =
  | { readonly ok: true; readonly deliveries: readonly Delivery[] }
  | { readonly ok: false; readonly shortages: readonly Shortage[] };

/** The warehouses that serve the channel, cover the region and have a carrier that goes there; by code, so that ties never depend on chance. */
export function candidatesFor(
  { network, backlog, now }: NetworkNow,
  { channel, region }: Destination,
  policy: DeliveryPolicy,
): Candidate[] {
  const destination = regionNamed(region ?? policy.defaultRegion);
  const carriers = new Map(network.carriers.map((carrier) => [carrier.code, carrier]));
  return network.warehouses
    .filter((warehouse) => servesChannel(warehouse, channel) && covers(warehouse, destination))
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
    .flatMap((warehouse) => {
      const zone = zoneBetween(warehouse.region, destination);
      const rate = carriers.get(warehouse.carrierCode)?.rates.find((one) => one.zone === zone);
      if (rate === undefined) return [];
      const arrival = arrivalOf({ warehouse, rate, backlog: backlog.get(warehouse.id) ?? 0, now });
      return [{ warehouse, rate, arrival }];
    });
}

/** Which warehouse sends what, when it arrives and what the carrier asks for it; or what is short. */
export function planDelivery(
  demand: readonly Demand[],
  candidates: readonly Candidate[],
  availableIn: AvailableIn,
  policy: DeliveryPolicy,
): DeliveryPlan {
  const sources = candidates.map((candidate) => sourceOf(candidate, demand, availableIn, policy));
  const allocation = allocate(demand, sources, policy);
  if (!allocation.ok) return allocation;
  const byWarehouse = new Map(candidates.map((candidate) => [candidate.warehouse.id, candidate]));
  const deliveries = allocation.plan.parcels.flatMap(({ warehouseId, lines, weightGrams }) => {
    const from = byWarehouse.get(warehouseId);
    if (from === undefined) return [];
    const { warehouse, arrival, rate } = from;
    return [{ warehouse, arrival, freightMinor: freightOf(rate, weightGrams), lines }];
  });
  return { ok: true, deliveries };
}

/** Goods of an order that lie ready in a warehouse. */
export interface ReadyGoods extends Demand {
  readonly warehouseId: string;
}

/** How goods that are reserved will be sent: a parcel from each of their warehouses. RangeError when one of them doesn't send to the destination (any more). */
export function deliveriesOf(goods: readonly ReadyGoods[], candidates: readonly Candidate[]): Delivery[] {
  return [...Map.groupBy(goods, (line) => line.warehouseId)].map(([warehouseId, lines]) => {
    const from = candidates.find(({ warehouse }) => warehouse.id === warehouseId);
    if (from === undefined) throw new RangeError(`warehouse ${warehouseId} does not send there`);
    const weightGrams = lines.reduce((sum, line) => sum + line.quantity * line.weightGrams, 0);
    const sent = demandOf(lines).map(({ skuId, quantity }) => ({ skuId, quantity }));
    const { warehouse, arrival, rate } = from;
    return { warehouse, arrival, freightMinor: freightOf(rate, weightGrams), lines: sent };
  });
}

function sourceOf(
  { warehouse, rate, arrival }: Candidate,
  demand: readonly Demand[],
  availableIn: AvailableIn,
  policy: DeliveryPolicy,
): Source {
  const daysLate = Math.max(0, arrival.latestInDays - policy.promisedDays);
  return {
    warehouseId: warehouse.id,
    available: new Map(demand.map(({ skuId }) => [skuId, availableIn(warehouse.id, skuId)])),
    fixedMinor: rate.firstKgMinor,
    perKgMinor: rate.extraKgMinor,
    handlingMinor: warehouse.handlingMinor,
    latenessMinor: daysLate * policy.latenessPenaltyMinorPerDay,
  };
}

/** Lines of one SKU added up: allocation sees each SKU once. The heaviest weight given for a SKU counts. */
export function demandOf(lines: readonly Demand[]): Demand[] {
  const demand = new Map<string, Demand>();
  for (const line of lines) {
    const known = demand.get(line.skuId);
    demand.set(line.skuId, {
      skuId: line.skuId,
      quantity: line.quantity + (known?.quantity ?? 0),
      weightGrams: Math.max(line.weightGrams, known?.weightGrams ?? 0),
    });
  }
  return [...demand.values()];
}
