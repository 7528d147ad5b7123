import { availableOf, binOf, type StockChange, type StockLevel } from './stock-level.ts';

/** A change would leave less than nothing somewhere. Decisions check before they change, so this is a mistake of the program. */
export class StockBoundError extends Error {
  constructor(change: StockChange) {
    super(`stock of ${change.skuId} in ${change.warehouseId} can't take the change ${JSON.stringify(change)}`);
    this.name = 'StockBoundError';
  }
}

type Parts = Pick<StockLevel, 'onHand' | 'reserved' | 'damaged' | 'safety'>;

/** The net change of one level, with whether the level existed before. */
export interface NetChange extends Required<StockChange> {
  readonly available: number;
  readonly isNew: boolean;
}

/**
 * A working copy of stock levels: decisions of one transaction are made on it one after the other, then its net changes are written.
 * No part of a level, nor what is available, ever falls below 0.
 */
export class StockSheet {
  readonly #before = new Map<string, StockLevel>();
  readonly #levels = new Map<string, StockLevel>();

  constructor(levels: readonly StockLevel[]) {
    for (const level of levels) {
      this.#before.set(keyOf(level), level);
      this.#levels.set(keyOf(level), level);
    }
  }

  /** The level as changed so far; all zeros where the warehouse never had the SKU. */
  level(warehouseId: string, skuId: string): StockLevel {
    const known = this.#levels.get(keyOf({ warehouseId, skuId }));
    return known ?? { warehouseId, skuId, onHand: 0, reserved: 0, damaged: 0, safety: 0, bin: binOf(skuId) };
  }

  /** All levels of a SKU that the sheet knows, as changed so far. */
  levelsOf(skuId: string): StockLevel[] {
    return [...this.#levels.values()].filter((level) => level.skuId === skuId);
  }

  /** Units of a SKU that a warehouse could sell now. */
  available(warehouseId: string, skuId: string): number {
    return availableOf(this.level(warehouseId, skuId));
  }

  /** StockBoundError, and nothing changed, when a part would fall below 0. */
  change(change: StockChange): void {
    const level = this.level(change.warehouseId, change.skuId);
    const changed = {
      ...level,
      onHand: level.onHand + (change.onHand ?? 0),
      reserved: level.reserved + (change.reserved ?? 0),
      damaged: level.damaged + (change.damaged ?? 0),
      safety: level.safety + (change.safety ?? 0),
    };
    const parts = [changed.onHand, changed.reserved, changed.damaged, changed.safety, availableOf(changed)];
    if (parts.some((part) => part < 0 || !Number.isSafeInteger(part))) throw new StockBoundError(change);
    this.#levels.set(keyOf(change), changed);
  }

  /** What all levels of each SKU on the sheet have available together: before any change, and now. */
  totals(): Map<string, { readonly before: number; readonly now: number }> {
    const totals = new Map<string, { before: number; now: number }>();
    for (const level of this.#levels.values()) {
      const { before, now } = totals.get(level.skuId) ?? { before: 0, now: 0 };
      const known = this.#before.get(keyOf(level));
      const was = known === undefined ? 0 : availableOf(known);
      totals.set(level.skuId, { before: before + was, now: now + availableOf(level) });
    }
    return totals;
  }

  /** What has to be written: the levels that are not as they were. */
  netChanges(): NetChange[] {
    const nothing: Parts = { onHand: 0, reserved: 0, damaged: 0, safety: 0 };
    return [...this.#levels.values()]
      .map((level) => {
        const known = this.#before.get(keyOf(level));
        const before = known ?? nothing;
        return {
          warehouseId: level.warehouseId,
          skuId: level.skuId,
          onHand: level.onHand - before.onHand,
          reserved: level.reserved - before.reserved,
          damaged: level.damaged - before.damaged,
          safety: level.safety - before.safety,
          available: availableOf(level) - availableOf(before),
          isNew: known === undefined,
        };
      })
      .filter((net) => net.isNew || net.onHand !== 0 || net.reserved !== 0 || net.damaged !== 0 || net.safety !== 0);
  }
}

function keyOf(place: { readonly warehouseId: string; readonly skuId: string }): string {
  return `${place.warehouseId}:${place.skuId}`;
}
