import { keysetFilter, type Page } from '#kit/connection/connection.ts';
import type { StockMovement } from '../domain/movement.ts';
import type { StockModels, StockMovementRow } from './stock-models.ts';

/** One SKU in one warehouse. */
export interface LedgerPlace {
  readonly warehouseId: string;
  readonly skuId: string;
}

/** Reads the ledger. */
export interface StockLedger {
  /** Newest first; one more than `first`. */
  page(place: LedgerPlace, page: Page): Promise<StockMovement[]>;
  count(place: LedgerPlace): Promise<number>;
}

export function createStockLedger({ movements }: StockModels): StockLedger {
  return {
    async page(place, page) {
      const rows = await ledgerQuery(movements, place, page).exec();
      return rows.map(({ _id, ...fields }) => ({ id: _id, ...fields }));
    },
    count: ({ warehouseId, skuId }) => movements.countDocuments({ warehouseId, skuId }).exec(),
  };
}

/** The query behind a page of the ledger. Its index is named, because of a young ledger the planner would rather walk all ids, and keep doing so later. */
export function ledgerQuery(
  movements: StockModels['movements'],
  { warehouseId, skuId }: LedgerPlace,
  { first, after }: Page,
) {
  return movements
    .find({ warehouseId, skuId, ...keysetFilter([{ field: '_id', direction: -1 }], after) })
    .sort({ _id: -1 })
    .limit(first + 1)
    .hint({ warehouseId: 1, skuId: 1, _id: -1 })
    .lean<StockMovementRow[]>();
}
