import { newId } from '#kit/ids/ids.ts';
import type { Reservation, ReservedLine } from '../../reservation/domain/reservation.ts';
import type { StockSheet } from '../../stock/domain/stock-sheet.ts';

/** Goods that are kept from other sales for the orders of a presale: a reservation under the presale's id, which fills as goods arrive. */
export interface SetAside {
  readonly skuId: string;
  /** Units that its orders may still need; never fewer than are held. */
  readonly wanted: number;
}

/** A reservation that sets goods aside. */
export type AsideReservation = Reservation & { readonly setAside: SetAside };

export function isAside(reservation: Reservation | undefined): reservation is AsideReservation {
  return reservation?.setAside !== undefined;
}

/** What a presale has set apart before anything is there: nothing yet of `quota` units, until its balances are over. */
export function nothingAside(
  { presaleId, skuId, quota, until }: { presaleId: string; skuId: string; quota: number; until: Date },
  now: Date,
): AsideReservation {
  return {
    ...{ orderId: presaleId, attempt: 1, state: 'HELD', releasedBecause: null, expiresAt: until },
    ...{ lines: [], returned: [], createdAt: now, version: 1, setAside: { skuId, wanted: quota } },
  };
}

/** Units that are set apart. */
export function unitsAside({ lines }: Pick<Reservation, 'lines'>): number {
  return lines.reduce((sum, line) => sum + (line.state === 'OPEN' ? line.quantity : 0), 0);
}

/** Sets apart what is free, as far as it is wanted: where something is set apart already first, then where most is. The same when nothing is free or wanted. */
export function filled(aside: AsideReservation, sheet: StockSheet): AsideReservation {
  const { skuId, wanted } = aside.setAside;
  let missing = wanted - unitsAside(aside);
  const held = new Map(aside.lines.map((line) => [line.warehouseId, line]));
  const free = sheet
    .levelsOf(skuId)
    .map(({ warehouseId }) => ({ warehouseId, units: sheet.available(warehouseId, skuId) }))
    .filter(({ units }) => units > 0)
    .toSorted((a, b) => Number(held.has(b.warehouseId)) - Number(held.has(a.warehouseId)) || b.units - a.units);
  let lines = aside.lines;
  for (const { warehouseId, units } of free) {
    const taken = Math.min(missing, units);
    if (taken <= 0) break;
    missing -= taken;
    sheet.change({ warehouseId, skuId, reserved: taken });
    lines = withUnits(lines, { skuId, warehouseId, taken, presaleId: aside.orderId });
  }
  return lines === aside.lines ? aside : { ...aside, lines };
}

/** Puts what is set apart back on the shelves of the sheet, so that an order of the presale finds it there; `filled` sets the rest apart again. */
export function emptied(aside: AsideReservation, sheet: StockSheet): AsideReservation {
  for (const { warehouseId, skuId, quantity } of aside.lines) sheet.change({ warehouseId, skuId, reserved: -quantity });
  // Zero lines keep the places: what is left is set apart where it was.
  return { ...aside, lines: aside.lines.map((line) => ({ ...line, quantity: 0 })) };
}

/** The same after an order of the presale has taken units: so many fewer are needed. */
export function drawn(aside: AsideReservation, units: number): AsideReservation {
  const { skuId, wanted } = aside.setAside;
  return { ...aside, setAside: { skuId, wanted: Math.max(0, wanted - units) } };
}

function withUnits(
  lines: readonly ReservedLine[],
  { skuId, warehouseId, taken, presaleId }: { skuId: string; warehouseId: string; taken: number; presaleId: string },
): readonly ReservedLine[] {
  if (lines.some((line) => line.warehouseId === warehouseId))
    return lines.map((line) =>
      line.warehouseId === warehouseId ? { ...line, quantity: line.quantity + taken } : line,
    );
  const id = newId('reservation');
  return [...lines, { id, orderLineId: presaleId, skuId, warehouseId, quantity: taken, weightGrams: 0, state: 'OPEN' }];
}
