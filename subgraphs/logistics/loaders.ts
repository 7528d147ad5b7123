import { loaderByKey, loaderOfKnown, loaderOfLists, type Loader } from '#kit/loaders/loaders.ts';
import type { Known } from '#kit/near-cache/known.ts';
import type { NetworkNow } from './delivery/domain/planning.ts';
import type { ReadNetworkNow } from './network-now.ts';
import type { Network } from './network/domain/network.ts';
import type { AvailabilityCache } from './stock/memory/availability-cache.ts';
import type { AvailableUnits } from './stock/store/stock-book.ts';
import type { Stores } from './stores.ts';

/** What one request has loaded or is about to: each kind is asked for once per round of resolvers. */
export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(
  stores: Stores,
  readNetworkNow: ReadNetworkNow,
  /** What a shopper is shown from memory; null for everybody else. */
  shown: AvailabilityCache | null,
  /** The member whose fulfillments alone are found by their ids; null for everybody's. */
  memberId: () => string | null,
) {
  const { network, stock, fulfillments, reservations, shipments } = stores;
  let known: Known<Network> | undefined;
  let current: Known<NetworkNow> | undefined;
  const networkOnce = () => (known ??= shown === null ? network.network() : shown.network());
  const unitsOf: Loader<readonly AvailableUnits[]> =
    shown === null
      ? loaderOfLists(async (skuIds) => listsByKey(await stock.availableOfSkus(skuIds), (unit) => unit.skuId))
      : loaderOfKnown((skuId) => shown.unitsOf(skuId));
  return {
    /** All warehouses and carriers, read once per request. */
    network: networkOnce,
    /** The same with the warehouses' backlog. */
    networkNow: () => (current ??= readNetworkNow(networkOnce())),
    warehouseById: loaderByKey(async (ids) => {
      const found = shown === null ? await network.warehousesByIds(ids) : (await networkOnce()).warehouses;
      return byKey(found, (one) => one.id);
    }),
    warehouseByCode: loaderByKey(async (codes) => byKey(await network.warehousesByCodes(codes), (one) => one.code)),
    carrierByCode: loaderByKey(async (codes) => byKey(await network.carriersByCodes(codes), (one) => one.code)),
    /** What each warehouse can sell of a SKU. */
    unitsOf: (skuId: string): Known<readonly AvailableUnits[]> => unitsOf.load(skuId),
    fulfillmentById: loaderByKey(async (ids) => byKey(await fulfillments.byIds(ids, memberId()), (one) => one.id)),
    fulfillmentsByOrder: loaderOfLists(async (ids) =>
      listsByKey(await fulfillments.byOrders(ids), (fulfillment) => fulfillment.orderId),
    ),
    reservationByOrder: loaderByKey((ids) => reservations.ofOrders(ids)),
    shipmentById: loaderByKey(async (ids) => byKey(await shipments.byIds(ids), (shipment) => shipment.id)),
    shipmentByFulfillment: loaderByKey(async (ids) =>
      byKey(await shipments.byFulfillments(ids), (shipment) => shipment.fulfillmentId),
    ),
  };
}

function byKey<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value> {
  return new Map(values.map((value) => [keyOf(value), value]));
}

function listsByKey<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value[]> {
  return Map.groupBy(values, keyOf);
}
