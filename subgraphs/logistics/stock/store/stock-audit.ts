import type { Session } from '#kit/mongo/transaction.ts';
import type { ReservationModel } from '../../reservation/store/reservations.ts';
import type { PlaceSum, StockBooks } from '../domain/stock-discrepancies.ts';
import { levelFrom } from './stock-book.ts';
import type { SkuStockRow, StockLevelRow, StockModels } from './stock-models.ts';

interface SumRow {
  readonly _id: { readonly warehouseId: string; readonly skuId: string };
  readonly onHand?: number;
  readonly damaged?: number;
  readonly units?: number;
}

/** Adds all books up. It reads everything: for a job at night and for tests. */
export interface StockAudit {
  /** All books as of one moment: the caller's transaction gives the snapshot. */
  books(session: Session): Promise<StockBooks>;
}

export function createStockAudit(
  { levels, totals, movements }: StockModels,
  reservations: ReservationModel,
): StockAudit {
  const place = { warehouseId: '$warehouseId', skuId: '$skuId' };

  return {
    async books(session) {
      const rows = await levels.find({}).session(session).lean<StockLevelRow[]>().exec();
      const kept = await totals.find({}).session(session).lean<SkuStockRow[]>().exec();
      const moved = await movements
        .aggregate<SumRow>([{ $group: { _id: place, onHand: { $sum: '$onHand' }, damaged: { $sum: '$damaged' } } }])
        .session(session)
        .exec();
      const open = await reservations
        .aggregate<SumRow>([
          { $match: { 'lines.state': 'OPEN' } },
          { $unwind: '$lines' },
          { $replaceRoot: { newRoot: '$lines' } },
          { $match: { state: 'OPEN' } },
          { $group: { _id: place, units: { $sum: '$quantity' } } },
        ])
        .session(session)
        .exec();
      return {
        levels: rows.map((row) => ({ ...levelFrom(row), available: row.available })),
        movedOnHand: moved.map((row) => sumOf(row, row.onHand)),
        movedDamaged: moved.map((row) => sumOf(row, row.damaged)),
        openReservations: open.map((row) => sumOf(row, row.units)),
        totals: new Map(kept.map((row) => [row._id, row.available])),
      };
    },
  };
}

function sumOf({ _id }: SumRow, units = 0): PlaceSum {
  return { ..._id, units };
}
