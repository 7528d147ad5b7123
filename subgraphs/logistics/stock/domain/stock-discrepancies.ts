import { availableOf, type StockLevel } from './stock-level.ts';

/** What a source of truth says of one SKU in one warehouse, in units. */
export interface PlaceSum {
  readonly warehouseId: string;
  readonly skuId: string;
  readonly units: number;
}

/** The books, and what they must agree with. */
export interface StockBooks {
  readonly levels: readonly (StockLevel & { readonly available: number })[];
  /** Σ of the ledger. */
  readonly movedOnHand: readonly PlaceSum[];
  readonly movedDamaged: readonly PlaceSum[];
  /** Σ of open reservations. */
  readonly openReservations: readonly PlaceSum[];
  /** The network total that is kept for each SKU. */
  readonly totals: ReadonlyMap<string, number>;
}

/** Two numbers that should be the same and are not. */
export interface Discrepancy {
  readonly rule: string;
  readonly place: string;
  readonly expected: number;
  readonly found: number;
}

/**
 * Where the books disagree: on hand = Σ movements, damaged = Σ movements, reserved = Σ open reservations, available = what is left and ≥ 0,
 * the SKU's total = Σ available. Empty at any moment, also after a crash.
 */
export function discrepanciesOf(books: StockBooks): Discrepancy[] {
  const levels = new Map(books.levels.map((level) => [placeOf(level), level]));
  const compare = (rule: string, sums: readonly PlaceSum[], found: (level: StockLevel | undefined) => number) => {
    const expected = new Map(sums.map((sum) => [placeOf(sum), sum.units]));
    const places = new Set([...expected.keys(), ...levels.keys()]);
    return [...places].map((place) => {
      return { rule, place, expected: expected.get(place) ?? 0, found: found(levels.get(place)) };
    });
  };
  const available = new Map<string, number>();
  for (const level of books.levels) available.set(level.skuId, (available.get(level.skuId) ?? 0) + level.available);
  const all: Discrepancy[] = [
    ...compare('onHand = sum of movements', books.movedOnHand, (level) => level?.onHand ?? 0),
    ...compare('damaged = sum of movements', books.movedDamaged, (level) => level?.damaged ?? 0),
    ...compare('reserved = sum of open reservations', books.openReservations, (level) => level?.reserved ?? 0),
    ...books.levels.map((level) => {
      const rule = 'available = onHand - reserved - damaged - safety';
      return { rule, place: placeOf(level), expected: availableOf(level), found: level.available };
    }),
    ...books.levels.map((level) => {
      return {
        rule: 'available >= 0',
        place: placeOf(level),
        expected: Math.max(0, level.available),
        found: level.available,
      };
    }),
    ...[...available].map(([skuId, units]) => {
      return { rule: 'total = sum of available', place: skuId, expected: units, found: books.totals.get(skuId) ?? 0 };
    }),
  ];
  return all.filter(({ expected, found }) => expected !== found);
}

function placeOf({ warehouseId, skuId }: { readonly warehouseId: string; readonly skuId: string }): string {
  return `${warehouseId}:${skuId}`;
}
