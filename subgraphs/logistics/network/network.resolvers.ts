import { connectionOf, encodeCursor, pageOf } from '#kit/connection/connection.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { networkCurrency, type LocalName } from './domain/network.ts';
import { clockText } from './domain/warehouse-draft.ts';

/** Warehouses, carriers and rate cards as they are. */
export const networkResolvers = {
  Query: {
    warehouses: async (_root, args, { stores }) => {
      const page = pageOf(args);
      return connectionOf({
        rows: await stores.network.warehousePage(page),
        first: page.first,
        after: page.after,
        cursorOf: (warehouse) => encodeCursor([warehouse.code]),
        totalCount: () => stores.network.countWarehouses(),
      });
    },
    warehouse: (_root, { code }, { loaders }) => loaders.warehouseByCode.load(code),
    carriers: (_root, _args, { stores }) => stores.network.carriers(),
  },
  Warehouse: {
    __resolveReference: (reference, { loaders }) =>
      'id' in reference ? loaders.warehouseById.load(reference.id) : loaders.warehouseByCode.load(reference.code),
    name: ({ name }, _args, { viewer }) => nameIn(viewer.locale, name),
    parent: ({ parentCode }, _args, { loaders }) =>
      parentCode === null ? null : loaders.warehouseByCode.load(parentCode),
    cutoff: ({ cutoffMinutes }) => clockText(cutoffMinutes),
    carrier: ({ carrierCode }, _args, { loaders }) => loaders.carrierByCode.load(carrierCode),
    handlingCost: ({ handlingMinor }) => ({ minor: handlingMinor, currency: networkCurrency }),
  },
  Carrier: {
    name: ({ name }, _args, { viewer }) => nameIn(viewer.locale, name),
  },
  FreightRate: {
    firstKg: ({ firstKgMinor }) => ({ minor: firstKgMinor, currency: networkCurrency }),
    extraKg: ({ extraKgMinor }) => ({ minor: extraKgMinor, currency: networkCurrency }),
  },
} satisfies Resolvers;

function nameIn(locale: Locale, name: LocalName): string {
  return locale === 'en' ? name.en : name.zh;
}
