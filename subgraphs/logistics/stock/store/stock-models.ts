import type { Connection } from 'mongoose';
import { defineModel } from '#kit/mongo/connect.ts';
import type { MovementCause } from '../domain/movement.ts';

export interface StockLevelRow {
  _id: string;
  warehouseId: string;
  skuId: string;
  onHand: number;
  reserved: number;
  damaged: number;
  safety: number;
  /** onHand − reserved − damaged − safety, kept so that an update can be conditional on it and an index can answer for it. */
  available: number;
  bin: string;
}

/** What the whole network can sell of a SKU: where its coming and going is noticed. */
export interface SkuStockRow {
  _id: string;
  available: number;
  /** How often it was changed; orders the SKU's events. */
  version: number;
}

export interface StockMovementRow {
  _id: string;
  warehouseId: string;
  skuId: string;
  onHand: number;
  damaged: number;
  cause: MovementCause;
  causeId: string;
  note: string | null;
  at: Date;
}

const number = { type: Number, required: true } as const;
const text = { type: String, required: true } as const;

/** The collections of the stock books. */
export function stockModels(connection: Connection) {
  return {
    levels: defineModel<StockLevelRow>(
      connection,
      'StockLevel',
      {
        _id: text,
        warehouseId: text,
        skuId: text,
        onHand: number,
        reserved: number,
        damaged: number,
        safety: number,
        available: number,
        bin: text,
      },
      // `available` stands in the index so that a page of products is answered from it alone.
      { collection: 'stockLevels', indexes: [{ key: { skuId: 1, warehouseId: 1, available: 1 } }] },
    ),
    totals: defineModel<SkuStockRow>(
      connection,
      'SkuStock',
      { _id: text, available: number, version: number },
      { collection: 'skuStocks' },
    ),
    movements: defineModel<StockMovementRow>(
      connection,
      'StockMovement',
      {
        _id: text,
        warehouseId: text,
        skuId: text,
        onHand: number,
        damaged: number,
        cause: text,
        causeId: text,
        note: { type: String, default: null },
        at: { type: Date, required: true },
      },
      {
        collection: 'stockMovements',
        indexes: [
          { key: { causeId: 1, cause: 1, warehouseId: 1, skuId: 1 }, unique: true },
          { key: { warehouseId: 1, skuId: 1, _id: -1 } },
        ],
      },
    ),
  };
}

export type StockModels = ReturnType<typeof stockModels>;
