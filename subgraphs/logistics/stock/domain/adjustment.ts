import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { isQuantity, quantityOutOfLimits } from './quantity.ts';
import { availableOf, type StockChange, type StockLevel } from './stock-level.ts';
import { insufficientStock } from './stock-refusals.ts';

/** Why the books are corrected; see `StockAdjustmentReason` in the schema. */
export const adjustmentReasons = ['DAMAGED', 'REPAIRED', 'DISPOSED', 'COUNTED'] as const;
export type AdjustmentReason = (typeof adjustmentReasons)[number];

/**
 * What a correction changes. Only units that are free may become damaged or turn out to be missing, and only damaged ones may be repaired
 * or thrown away: reserved units are promised, the order has to be dealt with first.
 */
export function adjust(level: StockLevel, reason: AdjustmentReason, quantity: number): Outcome<StockChange> {
  const { warehouseId, skuId, damaged } = level;
  const least = reason === 'COUNTED' ? 0 : 1;
  if (!isQuantity(quantity, least)) return refused(quantityOutOfLimits(['quantity'], least));
  const free = availableOf(level);
  const outOf = (units: number, requested: number, change: Omit<StockChange, 'warehouseId' | 'skuId'>) =>
    requested > units
      ? refused(insufficientStock(['quantity'], { skuId, requested, available: units }))
      : accepted({ warehouseId, skuId, ...change });
  switch (reason) {
    case 'DAMAGED':
      return outOf(free, quantity, { damaged: quantity });
    case 'REPAIRED':
      return outOf(damaged, quantity, { damaged: -quantity });
    case 'DISPOSED':
      return outOf(damaged, quantity, { onHand: -quantity, damaged: -quantity });
    case 'COUNTED':
      return outOf(free, level.onHand - quantity, { onHand: quantity - level.onHand });
  }
}

/** What holding back `quantity` units changes; only free units can be held back. */
export function holdBack(level: StockLevel, quantity: number): Outcome<StockChange> {
  const { warehouseId, skuId, safety } = level;
  if (!isQuantity(quantity, 0)) return refused(quantityOutOfLimits(['quantity'], 0));
  const free = availableOf(level) + safety;
  if (quantity > free) return refused(insufficientStock(['quantity'], { skuId, requested: quantity, available: free }));
  return accepted({ warehouseId, skuId, safety: quantity - safety });
}
