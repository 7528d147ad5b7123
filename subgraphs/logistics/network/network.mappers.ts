import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Carrier, Warehouse, ZoneRate } from './domain/network.ts';

export type WarehouseMapper = Warehouse;
export type WarehouseConnectionMapper = ConnectionParent<WarehouseMapper>;
export type CarrierMapper = Carrier;
export type FreightRateMapper = ZoneRate;
