import type { Shipment } from './domain/shipment.ts';

export type ShipmentMapper = Shipment;
