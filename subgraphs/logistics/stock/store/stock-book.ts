import type { mongo } from 'mongoose';
import { gatherKeys } from '#kit/gather/gathered-reads.ts';
import { trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { createSameRows } from '#kit/mongo/same-rows.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { NewEvent, Outbox } from '#kit/outbox/outbox.ts';
import type { MovementCause, StockMovement } from '../domain/movement.ts';
import { binOf, type StockLevel } from '../domain/stock-level.ts';
import { StockSheet, type NetChange } from '../domain/stock-sheet.ts';
import type { SkuStockRow, StockLevelRow, StockModels } from './stock-models.ts';

/** The stock levels and their ledger, changed together. */
export interface StockBook {
  /** A working copy of all levels of these SKUs, as the transaction sees them. */
  sheet(session: Session, skuIds: readonly string[]): Promise<StockSheet>;
  /**
   * Writes a sheet's net changes with the movements behind them, keeps each SKU's network total and tells when a SKU became sellable or
   * stopped being so. What became free is set aside first where a presale wants it. Levels and totals are written, not only read: two transactions that touch the same SKU can't
   * both commit.
   */
  write(session: Session, sheet: StockSheet, booking: Booking): Promise<void>;
  /** Whether a cause has been booked before. */
  isBooked(session: Session, cause: MovementCause, causeId: string): Promise<boolean>;
  /** All levels of these SKUs. */
  levelsOfSkus(skuIds: readonly string[]): Promise<StockLevel[]>;
  /** What each warehouse can sell of these SKUs, read from the index alone. */
  availableOfSkus(skuIds: readonly string[]): Promise<AvailableUnits[]>;
}

/** What one warehouse can sell of one SKU. */
export interface AvailableUnits {
  readonly skuId: string;
  readonly warehouseId: string;
  readonly available: number;
}

/** What happened to the stock, and when. */
export interface Booking {
  readonly movements: readonly StockMovement[];
  readonly at: Date;
}

/** The net changes of a sheet, and when they happened. */
interface Moves {
  readonly changes: readonly NetChange[];
  readonly at: Date;
}

/** Who takes of the goods that became free before anybody else can. */
export type FillSetAsides = (session: Session, sheet: StockSheet, skuIds: readonly string[]) => Promise<void>;

export function createStockBook(
  { levels, totals, movements }: StockModels,
  outbox: Outbox,
  fillSetAsides: FillSetAsides,
): StockBook {
  async function levelsOf(skuIds: readonly string[], session?: Session): Promise<StockLevel[]> {
    if (skuIds.length === 0) return [];
    const rows = await levels
      .find({ skuId: trusted({ $in: [...new Set(skuIds)] }) })
      .session(session ?? null)
      .lean<StockLevelRow[]>()
      .exec();
    return rows.map(levelFrom);
  }

  /**
   * Moves the network totals and gives the events of those SKUs that began or ceased to be sellable. The sheet holds all levels of its SKUs and every
   * change of one moves the total, so what the sheet saw before is what the total was: only who crosses zero has to be read, for its version.
   */
  async function moveTotals(session: Session, sheet: StockSheet, moves: Moves): Promise<NewEvent[]> {
    const deltas = new Map<string, number>();
    for (const { skuId, available } of moves.changes) deltas.set(skuId, (deltas.get(skuId) ?? 0) + available);
    const moved = [...deltas].filter(([, delta]) => delta !== 0);
    if (moved.length === 0) return [];
    await rowsOf(totals).bulkWrite(
      moved.map(([skuId, delta]) => ({
        updateOne: { filter: { _id: skuId }, update: { $inc: { available: delta, version: 1 } }, upsert: true },
      })),
      { session },
    );
    const crossing = [...sheet.totals()].flatMap(([skuId, { before, now }]) =>
      before > 0 === now > 0 ? [] : [{ skuId, inStock: now > 0 }],
    );
    if (crossing.length === 0) return [];
    const rows = await totals
      .find({ _id: trusted({ $in: crossing.map(({ skuId }) => skuId) }) })
      .session(session)
      .lean<SkuStockRow[]>()
      .exec();
    const versions = new Map(rows.map((row) => [row._id, row.version]));
    return crossing.map((payload) => {
      const about = { aggregateId: payload.skuId, version: versions.get(payload.skuId) ?? 1, at: moves.at };
      return { name: 'stock.availability-changed', ...about, payload };
    });
  }

  const sameUnits = createSameRows((units: AvailableUnits) => units);
  const availableTogether = gatherKeys(async (skuIds) =>
    Map.groupBy(await sameUnits(availabilityQuery(levels, skuIds)), (units) => units.skuId),
  );

  return {
    sheet: async (session, skuIds) => new StockSheet(await levelsOf(skuIds, session)),

    async write(session, sheet, { movements: lines, at }) {
      let changes = sheet.netChanges();
      const freed = changes.flatMap(({ skuId, available }) => (available > 0 ? [skuId] : []));
      if (freed.length > 0) {
        await fillSetAsides(session, sheet, [...new Set(freed)]);
        changes = sheet.netChanges();
      }
      if (changes.length > 0) {
        const written = await rowsOf(levels).bulkWrite(changes.map(updateOf), { session, ordered: false });
        if (written.matchedCount + written.upsertedCount !== changes.length) {
          throw new Error('a stock level changed inside a transaction that had read it');
        }
      }
      if (lines.length > 0) {
        await rowsOf(movements).insertMany(
          lines.map(({ id, ...line }) => ({ _id: id, ...line })),
          { session },
        );
      }
      await outbox.append(session, await moveTotals(session, sheet, { changes, at }));
    },

    async isBooked(session, cause, causeId) {
      return (await movements.exists({ causeId, cause }).session(session).exec()) !== null;
    },

    levelsOfSkus: (skuIds) => levelsOf(skuIds),
    availableOfSkus: async (skuIds) => [...(await availableTogether(skuIds)).values()].flat(),
  };
}

/** The query behind every page of products: its fields are those of the index. */
export function availabilityQuery(levels: StockModels['levels'], skuIds: readonly string[]) {
  return (
    levels
      .find({ skuId: trusted({ $in: [...new Set(skuIds)] }) })
      .select({ _id: 0, skuId: 1, warehouseId: 1, available: 1 })
      // What is remembered must not be undone by a failover.
      .readConcern('majority')
      .lean<AvailableUnits[]>()
  );
}

/** The condition repeats what the sheet has checked: even a transaction that saw too little can't sell what isn't there. */
function updateOf(change: NetChange): mongo.AnyBulkWriteOperation<StockLevelRow> {
  const { warehouseId, skuId, onHand, reserved, damaged, safety, available, isNew } = change;
  const _id = `${warehouseId}:${skuId}`;
  const $inc = { onHand, reserved, damaged, safety, available };
  if (isNew) {
    const $setOnInsert = { warehouseId, skuId, bin: binOf(skuId) };
    return { updateOne: { filter: { _id }, update: { $inc, $setOnInsert }, upsert: true } };
  }
  const enough = { available: { $gte: -available }, onHand: { $gte: -onHand }, reserved: { $gte: -reserved } };
  return { updateOne: { filter: { _id, ...enough }, update: { $inc } } };
}

export function levelFrom(row: StockLevelRow): StockLevel {
  const { warehouseId, skuId, onHand, reserved, damaged, safety, bin } = row;
  return { warehouseId, skuId, onHand, reserved, damaged, safety, bin };
}
