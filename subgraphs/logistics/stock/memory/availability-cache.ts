import type { ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import { createNearCache } from '#kit/near-cache/near-cache.ts';
import type { Network } from '../../network/domain/network.ts';
import type { NetworkStore } from '../../network/store/network.ts';
import type { AvailableUnits, StockBook } from '../store/stock-book.ts';

/** What can be sold from where, as shoppers see it: never what a reservation is decided by. */
export interface AvailabilityCache {
  unitsOf(skuId: string): Known<readonly AvailableUnits[]>;
  availableOfSkus(skuIds: readonly string[]): Promise<AvailableUnits[]>;
  network(): Known<Network>;
  /** The stock book, telling the cache what it writes. */
  readonly stock: StockBook;
}

const most = { skus: 100_000, networks: 2 } as const;

/** Keeps in memory what each warehouse can sell of each SKU that shoppers look at, until it changes; without a feed it asks for it each time. */
export function createAvailabilityCache(
  stored: { readonly stock: StockBook; readonly network: Pick<NetworkStore, 'network'> },
  feed: ChangeFeed | null,
): AvailabilityCache {
  const { stock } = stored;
  const bySku = createNearCache<readonly AvailableUnits[]>(feed, {
    readModel: 'availability',
    async load(skuIds) {
      const found = Map.groupBy(await stock.availableOfSkus(skuIds), (units) => units.skuId);
      return new Map(skuIds.map((skuId) => [skuId, found.get(skuId) ?? []]));
    },
    // A level's id is made of its warehouse's and its SKU's.
    madeFrom: { stockLevels: ({ id }) => [id.slice(id.indexOf(':') + 1)] },
    most: most.skus,
  });
  const network = createNearCache<Network>(feed, {
    readModel: 'network',
    load: async () => new Map([['all', await stored.network.network()]]),
    madeFrom: { warehouses: () => 'any', carriers: () => 'any' },
    most: most.networks,
  });

  const unitsOf = (skuId: string) => whenKnown(bySku.get(skuId), (units) => units ?? []);
  return {
    unitsOf,
    availableOfSkus: async (skuIds) => (await Promise.all(skuIds.map(unitsOf))).flat(),
    network: () => whenKnown(network.get('all'), (known) => known ?? { warehouses: [], carriers: [] }),
    stock: {
      ...stock,
      write(session, sheet, booking) {
        const levels = sheet.netChanges().map(({ warehouseId, skuId }) => `${warehouseId}:${skuId}`);
        bySku.writing('stockLevels', levels);
        return stock.write(session, sheet, booking);
      },
    },
  };
}
