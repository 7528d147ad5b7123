import { servesChannel, type Warehouse } from '../../network/domain/network.ts';
import { availabilityStatus, type AvailabilityStatus } from './stock-level.ts';

export interface Availability {
  readonly status: AvailabilityStatus;
  /** Units. */
  readonly sellable: number;
}

/** What a channel can sell of one SKU: the sum over the warehouses that serve it. */
export function availabilityIn(
  channel: string,
  units: readonly { readonly warehouseId: string; readonly available: number }[],
  warehouses: readonly Warehouse[],
): Availability {
  const serving = new Set(warehouses.filter((one) => servesChannel(one, channel)).map((one) => one.id));
  const sellable = units.reduce(
    (sum, { warehouseId, available }) => sum + (serving.has(warehouseId) ? available : 0),
    0,
  );
  return { status: availabilityStatus(sellable), sellable };
}
