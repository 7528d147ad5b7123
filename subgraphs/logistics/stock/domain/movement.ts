/** What moves stock; see `StockMovementCause` in the schema. */
export const movementCauses = ['RECEIPT', 'SHIPMENT', 'RETURN', 'ADJUSTMENT'] as const;
export type MovementCause = (typeof movementCauses)[number];

/** A line of the ledger. Its cause books each SKU of each warehouse at most once, which is what makes bookings repeatable. */
export interface StockMovement {
  readonly id: string;
  readonly warehouseId: string;
  readonly skuId: string;
  /** Units that came (positive) or left. */
  readonly onHand: number;
  /** Units that became damaged (positive) or stopped being so. */
  readonly damaged: number;
  readonly cause: MovementCause;
  readonly causeId: string;
  readonly note: string | null;
  readonly at: Date;
}

/** Units of one SKU. */
export interface SkuQuantity {
  readonly skuId: string;
  readonly quantity: number;
}

/** Lines of one SKU added up, in order of first appearance: the ledger books each SKU once per cause. */
export function addedUp(lines: readonly SkuQuantity[]): SkuQuantity[] {
  const totals = new Map<string, number>();
  for (const { skuId, quantity } of lines) totals.set(skuId, (totals.get(skuId) ?? 0) + quantity);
  return [...totals].map(([skuId, quantity]) => ({ skuId, quantity }));
}
