import type { Demand, Shortage } from '../domain/allocation.ts';
import {
  candidatesFor,
  demandOf,
  planDelivery,
  type Delivery,
  type DeliveryPolicy,
  type Destination,
  type NetworkNow,
} from '../domain/planning.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';

/** What would be sent how, and what is short. */
export interface OrderDelivery {
  readonly deliveries: readonly Delivery[];
  readonly shortages: readonly Shortage[];
}

/** Plans an order as it would be reserved now. When something is short, what there is of it is planned, so that the shopper sees the rest. */
export type PlanOrderDelivery = (destination: Destination, lines: readonly Demand[]) => Promise<OrderDelivery>;

export function createPlanOrderDelivery(deps: {
  readonly stock: Pick<StockBook, 'availableOfSkus'>;
  readonly networkNow: () => Promise<NetworkNow>;
  readonly policy: DeliveryPolicy;
}): PlanOrderDelivery {
  const { stock, networkNow, policy } = deps;

  return async (destination, lines) => {
    const demand = demandOf(lines);
    const [state, units] = await Promise.all([networkNow(), stock.availableOfSkus(demand.map((line) => line.skuId))]);
    const available = new Map(units.map((unit) => [`${unit.warehouseId}:${unit.skuId}`, unit.available]));
    const availableIn = (warehouseId: string, skuId: string) => available.get(`${warehouseId}:${skuId}`) ?? 0;
    const candidates = candidatesFor(state, destination, policy);
    const plan = planDelivery(demand, candidates, availableIn, policy);
    if (plan.ok) return { deliveries: plan.deliveries, shortages: [] };
    const left = new Map(plan.shortages.map((shortage) => [shortage.skuId, shortage.available]));
    const possible = demand
      .map((line) => ({ ...line, quantity: left.get(line.skuId) ?? line.quantity }))
      .filter((line) => line.quantity > 0);
    const partial = planDelivery(possible, candidates, availableIn, policy);
    return { deliveries: partial.ok ? partial.deliveries : [], shortages: plan.shortages };
  };
}
