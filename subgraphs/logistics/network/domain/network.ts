import type { Region, Zone } from './regions.ts';

/** How large the area is that a warehouse serves: the country, some provinces, one city. */
export const warehouseTiers = ['CENTRAL', 'REGIONAL', 'FRONT'] as const;
export type WarehouseTier = (typeof warehouseTiers)[number];

/** A name in the two languages of the graph. */
export interface LocalName {
  readonly zh: string;
  readonly en: string;
}

/** A place that keeps and sends goods. */
export interface Warehouse {
  readonly id: string;
  readonly code: string;
  readonly name: LocalName;
  readonly tier: WarehouseTier;
  readonly region: Region;
  readonly city: string;
  /** The code of the warehouse that fills this one up; null for the top of the network. */
  readonly parentCode: string | null;
  /** The regions it sends to; null for all. */
  readonly coverage: readonly Region[] | null;
  /** The sales channels it serves; null for all. */
  readonly channels: readonly string[] | null;
  /** Minutes after midnight in China until which an order still leaves on the same day. */
  readonly cutoffMinutes: number;
  /** The carrier that collects here unless the staff chooses another. */
  readonly carrierCode: string;
  /** Cost of preparing one parcel, fen. */
  readonly handlingMinor: number;
  /** How many parcels it can send in a day. */
  readonly dailyParcels: number;
}

/** What a carrier asks for one parcel into one zone, and how long it takes. */
export interface ZoneRate {
  readonly zone: Zone;
  /** The first kilogram or less, fen. */
  readonly firstKgMinor: number;
  /** Each further kilogram begun, fen. */
  readonly extraKgMinor: number;
  /** Days from leaving the warehouse to the door, at best and as promised. */
  readonly minDays: number;
  readonly maxDays: number;
}

/** A company that carries parcels, with its rate card: at most one rate per zone; without one it doesn't go there. */
export interface Carrier {
  readonly code: string;
  readonly name: LocalName;
  readonly rates: readonly ZoneRate[];
}

/** The network as planning sees it. */
export interface Network {
  readonly warehouses: readonly Warehouse[];
  readonly carriers: readonly Carrier[];
}

/** Rate cards and handling costs are kept in this currency. */
export const networkCurrency = 'CNY';

/** Whether a warehouse sells through a channel. */
export function servesChannel(warehouse: Pick<Warehouse, 'channels'>, channel: string): boolean {
  return warehouse.channels === null || warehouse.channels.includes(channel);
}

/** Whether a warehouse sends to a region; an unknown region is served by those that send everywhere. */
export function covers(warehouse: Pick<Warehouse, 'coverage'>, region: Region | null): boolean {
  if (warehouse.coverage === null) return true;
  return region !== null && warehouse.coverage.includes(region);
}
