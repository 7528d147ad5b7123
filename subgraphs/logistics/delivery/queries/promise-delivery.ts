import type { ArrivalWindow } from '../domain/promise.ts';
import type { Warehouse } from '../../network/domain/network.ts';
import type { AvailableUnits } from '../../stock/store/stock-book.ts';
import {
  candidatesFor,
  planDelivery,
  type DeliveryPolicy,
  type Destination,
  type NetworkNow,
} from '../domain/planning.ts';

/** When one unit would arrive, and from where. */
export interface DeliveryPromise extends Pick<ArrivalWindow, 'earliest' | 'latest'> {
  readonly warehouse: Warehouse;
}

/** When one unit of a SKU ordered now would arrive; null when no warehouse that may send there has one. The same choice that an order would get. */
export function promiseDelivery(
  units: readonly AvailableUnits[],
  destination: Destination,
  state: NetworkNow,
  policy: DeliveryPolicy,
): DeliveryPromise | null {
  const available = new Map(units.map((unit) => [unit.warehouseId, unit.available]));
  const skuId = units[0]?.skuId ?? '';
  const one = [{ skuId, quantity: 1, weightGrams: 0 }];
  const candidates = candidatesFor(state, destination, policy);
  const plan = planDelivery(one, candidates, (warehouseId) => available.get(warehouseId) ?? 0, policy);
  const delivery = plan.ok ? plan.deliveries[0] : undefined;
  if (delivery === undefined) return null;
  const { earliest, latest } = delivery.arrival;
  return { earliest, latest, warehouse: delivery.warehouse };
}
