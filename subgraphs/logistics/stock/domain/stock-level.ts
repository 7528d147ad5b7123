/** What one warehouse has of one SKU, in units. `onHand` includes the damaged ones. */
export interface StockLevel {
  readonly warehouseId: string;
  readonly skuId: string;
  readonly onHand: number;
  /** Promised to orders that have not left. */
  readonly reserved: number;
  readonly damaged: number;
  /** Held back from sale. */
  readonly safety: number;
  readonly bin: string;
}

/** By how much each part of a level changes. */
export interface StockChange {
  readonly warehouseId: string;
  readonly skuId: string;
  readonly onHand?: number;
  readonly reserved?: number;
  readonly damaged?: number;
  readonly safety?: number;
}

/** Units that can be sold. */
export function availableOf(level: Pick<StockLevel, 'onHand' | 'reserved' | 'damaged' | 'safety'>): number {
  return level.onHand - level.reserved - level.damaged - level.safety;
}

/** What the sum of units available in the channel is called. */
export type AvailabilityStatus = 'IN_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK';

/** Up to this many units a SKU counts as nearly gone. */
const lowStock = 10;

export function availabilityStatus(sellable: number): AvailabilityStatus {
  if (sellable <= 0) return 'OUT_OF_STOCK';
  return sellable <= lowStock ? 'LOW_STOCK' : 'IN_STOCK';
}

/**
 * The shelf of a SKU, the same in every warehouse so that pickers who change places find their way: aisle A–H, rack 01–24, slot 01–40,
 * spread by FNV-1a over the id.
 */
export function binOf(skuId: string): string {
  let hash = 0x811c9dc5;
  for (const char of skuId) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const aisle = 'ABCDEFGH'.charAt(hash % 8);
  const rack = String((Math.floor(hash / 8) % 24) + 1).padStart(2, '0');
  const slot = String((Math.floor(hash / 192) % 40) + 1).padStart(2, '0');
  return `${aisle}-${rack}-${slot}`;
}
