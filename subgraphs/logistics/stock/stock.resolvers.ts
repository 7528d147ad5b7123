import { connectionOf, encodeCursor, pageOf } from '#kit/connection/connection.ts';
import { badInput } from '#kit/graphql/errors.ts';
import { callerOf } from '#kit/idempotency/once.ts';
import { whenBothKnown } from '#kit/near-cache/known.ts';
import { toUserErrors } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import type { Context } from '../context.ts';
import { promiseDelivery } from '../delivery/queries/promise-delivery.ts';
import type { Warehouse } from '../network/domain/network.ts';
import { messages } from '../messages.ts';
import { availabilityIn } from './domain/sellable.ts';
import { availableOf, type StockLevel } from './domain/stock-level.ts';

const mostCodes = 100;

/** What there is, what of it can be sold, and how it is changed. */
export const stockResolvers = {
  Query: {
    stockLevels: async (_root, { skuCodes }, { loaders, skus, stores, ...call }) => {
      if (skuCodes.length < 1 || skuCodes.length > mostCodes) {
        throw badInput(`"skuCodes" must name 1 to ${mostCodes} SKUs.`);
      }
      const ids = await skus.idsByCodes(skuCodes, call);
      const levels = await stores.stock.levelsOfSkus([...ids.values()]);
      const { warehouses } = await loaders.network();
      const place = new Map(warehouses.map((warehouse, index) => [warehouse.id, index]));
      const asked = [...ids.values()];
      return levels.toSorted(
        (a, b) =>
          asked.indexOf(a.skuId) - asked.indexOf(b.skuId) ||
          (place.get(a.warehouseId) ?? 0) - (place.get(b.warehouseId) ?? 0),
      );
    },

    stockLedger: async (_root, { skuCode, warehouseCode, first, after }, { loaders, skus, stores, ...call }) => {
      const page = pageOf({ first, after });
      const warehouse = await loaders.warehouseByCode.load(warehouseCode);
      const skuId = (await skus.idsByCodes([skuCode], call)).get(skuCode);
      const place = warehouse === null || skuId === undefined ? null : { warehouseId: warehouse.id, skuId };
      return connectionOf({
        rows: place === null ? [] : await stores.ledger.page(place, page),
        first: page.first,
        after: page.after,
        cursorOf: (movement) => encodeCursor([movement.id]),
        totalCount: async () => (place === null ? 0 : stores.ledger.count(place)),
      });
    },
  },

  Mutation: {
    receiveStock: async (_root, { input }, { actions, stores, viewer, ...call }) => {
      const { idempotencyKey, warehouseCode, lines, note } = input;
      const command = { caller: callerOf(viewer), idempotencyKey, warehouseCode, note: note ?? null };
      const named = lines.map(({ skuCode, quantity }) => ({ skuCode, quantity }));
      const received = await actions.receiveStock({ ...command, lines: named }, { ...call, viewer });
      if (!received.ok) {
        return { stockLevels: null, userErrors: toUserErrors(received.refusals, viewer.locale, messages) };
      }
      const { warehouseId, skuIds } = received.value;
      const levels = await stores.stock.levelsOfSkus(skuIds);
      return { stockLevels: levels.filter((level) => level.warehouseId === warehouseId), userErrors: [] };
    },

    adjustStock: async (_root, { input }, { actions, stores, viewer, ...call }) => {
      const command = { ...input, note: input.note ?? null, caller: callerOf(viewer) };
      const adjusted = await actions.adjustStock(command, { ...call, viewer });
      return {
        stockLevel: adjusted.ok ? await levelAt(stores, adjusted.value) : null,
        userErrors: adjusted.ok ? [] : toUserErrors(adjusted.refusals, viewer.locale, messages),
      };
    },

    setSafetyStock: async (_root, { input }, { actions, stores, viewer, ...call }) => {
      const changed = await actions.setSafetyStock({ ...input, caller: callerOf(viewer) }, { ...call, viewer });
      return {
        stockLevel: changed.ok ? await levelAt(stores, changed.value) : null,
        userErrors: changed.ok ? [] : toUserErrors(changed.refusals, viewer.locale, messages),
      };
    },
  },

  Sku: {
    availability: ({ id }, _args, { loaders, viewer }) => {
      return whenBothKnown(loaders.unitsOf(id), loaders.network(), (units, { warehouses }) =>
        availabilityIn(viewer.channel, units, warehouses),
      );
    },
    deliveryPromise: ({ id }, { region }, { loaders, viewer, policy }) => {
      const destination = { channel: viewer.channel, region: region ?? null };
      return whenBothKnown(loaders.unitsOf(id), loaders.networkNow(), (units, state) =>
        promiseDelivery(units, destination, state, policy),
      );
    },
  },
  StockLevel: {
    sku: ({ skuId }) => ({ id: skuId }),
    warehouse: ({ warehouseId }, _args, { loaders }) => existing(loaders, warehouseId),
    available: (level) => availableOf(level),
  },
  StockMovement: {
    sku: ({ skuId }) => ({ id: skuId }),
    warehouse: ({ warehouseId }, _args, { loaders }) => existing(loaders, warehouseId),
  },
} satisfies Resolvers;

/** A warehouse that something refers to. Warehouses are never removed. */
export async function existing(loaders: Context['loaders'], warehouseId: string): Promise<Warehouse> {
  const warehouse = await loaders.warehouseById.load(warehouseId);
  if (warehouse === null) throw new Error(`warehouse ${warehouseId} is gone`);
  return warehouse;
}

async function levelAt(
  { stock }: Context['stores'],
  { warehouseId, skuId }: Pick<StockLevel, 'warehouseId' | 'skuId'>,
): Promise<StockLevel | null> {
  const levels = await stock.levelsOfSkus([skuId]);
  return levels.find((level) => level.warehouseId === warehouseId) ?? null;
}
