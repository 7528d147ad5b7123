import { newId } from '#kit/ids/ids.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { demandOf, planDelivery, type Candidate, type DeliveryPolicy } from '../../delivery/domain/planning.ts';
import type { SetAside } from '../../set-aside/domain/set-aside.ts';
import { isQuantity, quantityOutOfLimits } from '../../stock/domain/quantity.ts';
import type { StockSheet } from '../../stock/domain/stock-sheet.ts';
import { insufficientStock } from '../../stock/domain/stock-refusals.ts';

/** `HELD` until the order is paid, then `CONFIRMED`; `RELEASED` is final. */
export type ReservationState = 'HELD' | 'CONFIRMED' | 'RELEASED';

/** Why a reservation was given back: its time was over, its order undid it, its order was cancelled, or its goods went to the orders that took its order's place. */
export type ReleaseReason = 'EXPIRED' | 'UNDONE' | 'CANCELLED' | 'REGROUPED';

/** Units of one order line in one warehouse. */
export interface ReservedLine {
  readonly id: string;
  readonly orderLineId: string;
  readonly skuId: string;
  readonly warehouseId: string;
  readonly quantity: number;
  /** Of one piece. */
  readonly weightGrams: number;
  /** It is sent no earlier; absent: at once. Told when the order is paid. */
  readonly shipsAfter?: Date;
  /** `OPEN` counts in the level's `reserved`. */
  readonly state: 'OPEN' | 'SHIPPED' | 'RELEASED';
}

/** Goods of one order line that came back. */
export interface ReturnedLine {
  readonly afterSaleId: string;
  /** What came back at once. */
  readonly receiptId: string;
  readonly skuId: string;
  readonly warehouseId: string;
  readonly quantity: number;
  /** How many of them can't be sold any more. */
  readonly writtenOff: number;
}

/** Everything logistics keeps for one order, or for the orders of a presale to come; there is at most one for an order, ever. */
export interface Reservation {
  readonly orderId: string;
  /** The order's attempt that it is for; what comes late of an earlier one changes nothing. */
  readonly attempt: number;
  readonly state: ReservationState;
  readonly releasedBecause: ReleaseReason | null;
  /** When it gives itself back unless it is confirmed; null once it is. */
  readonly expiresAt: Date | null;
  readonly lines: readonly ReservedLine[];
  readonly returned: readonly ReturnedLine[];
  /** Nothing is to be shipped for now; absent: it may. */
  readonly onHold?: boolean;
  /** The change of address that is under way: nothing is to be packed meanwhile. Absent or null: none is. */
  readonly readdressing?: string | null;
  /** Of a presale: what it keeps from other sales, under its own id. */
  readonly setAside?: SetAside;
  readonly createdAt: Date;
  /** Counts its changes: orders the events of the order's fulfillments, and no two changes can both be the next. */
  readonly version: number;
}

/** What an order asks for. */
export interface ReservationRequest {
  readonly orderId: string;
  readonly attempt: number;
  readonly lines: readonly RequestedLine[];
  readonly expiresAt: Date;
}

export interface RequestedLine {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly weightGrams: number;
}

/**
 * Reserves all lines of an order on the sheet, or changes nothing. The same attempt again gets what it has; a later one carries on what is still held. One that
 * only ran out of time may reserve again (it may have been paid in its last second); one that was undone or cancelled may only by a later attempt, and an earlier
 * attempt may nothing any more: INVALID_STATE. Refuses with one `InsufficientStockError` for each SKU that is short.
 */
export function reserve(
  request: ReservationRequest,
  known: Reservation | null,
  { sheet, candidates, policy, now }: ReserveOn,
): Outcome<Reservation> {
  if (known !== null && known.attempt > request.attempt) {
    return refused(invalidState(['orderId'], { state: known.state }));
  }
  if (known !== null && known.state !== 'RELEASED') return accepted(carriedOn(known, request));
  if (known !== null && known.attempt === request.attempt && known.releasedBecause !== 'EXPIRED') {
    return refused(invalidState(['orderId'], { state: known.state }));
  }
  const tooMany = request.lines.findIndex((line) => !isQuantity(line.quantity));
  if (tooMany >= 0) return refused(quantityOutOfLimits(['lines', String(tooMany), 'quantity']));
  const availableIn = (warehouseId: string, skuId: string) => sheet.available(warehouseId, skuId);
  const plan = planDelivery(demandOf(request.lines), candidates, availableIn, policy);
  if (!plan.ok) {
    return refused(...plan.shortages.map((shortage) => insufficientStock(pathOf(request, shortage.skuId), shortage)));
  }
  const parcels = plan.deliveries.map(({ warehouse, lines }) => ({ warehouseId: warehouse.id, lines }));
  const lines = spread(request.lines, parcels);
  for (const { warehouseId, skuId, quantity } of lines) sheet.change({ warehouseId, skuId, reserved: quantity });
  const { orderId, attempt, expiresAt } = request;
  const state = { attempt, state: 'HELD', releasedBecause: null } as const;
  const history = { createdAt: known?.createdAt ?? now, version: (known?.version ?? 0) + 1 };
  return accepted({ orderId, ...state, expiresAt, lines, returned: [], ...history });
}

/** What is held for an earlier attempt of the order is held for this one. */
function carriedOn(known: Reservation, { attempt, expiresAt }: ReservationRequest): Reservation {
  if (known.attempt === attempt || known.state !== 'HELD') return known;
  return { ...known, attempt, expiresAt, version: known.version + 1 };
}

/** Where a reservation is made. */
export interface ReserveOn {
  readonly sheet: StockSheet;
  readonly candidates: readonly Candidate[];
  readonly policy: DeliveryPolicy;
  readonly now: Date;
}

/** Gives open lines back to the sheet. Of a reservation that had run out of time, it only makes sure that it stays given back. */
export function release(known: Reservation, sheet: StockSheet, because: ReleaseReason): Reservation {
  if (known.state === 'RELEASED') {
    const isNews = known.releasedBecause === 'EXPIRED' && because !== 'EXPIRED';
    return isNews ? { ...known, releasedBecause: because, version: known.version + 1 } : known;
  }
  const lines = known.lines.map((line) => {
    if (line.state !== 'OPEN') return line;
    sheet.change({ warehouseId: line.warehouseId, skuId: line.skuId, reserved: -line.quantity });
    return { ...line, state: 'RELEASED' as const };
  });
  const state = { state: 'RELEASED', releasedBecause: because, expiresAt: null } as const;
  return { ...known, ...state, lines, version: known.version + 1 };
}

/** The mark of an attempt that may never reserve: it was given back before it had anything. */
export function releasedBefore(
  { orderId, attempt }: Pick<Reservation, 'orderId' | 'attempt'>,
  because: ReleaseReason,
  now: Date,
): Reservation {
  const state = { attempt, state: 'RELEASED', releasedBecause: because, expiresAt: null } as const;
  return { orderId, ...state, lines: [], returned: [], createdAt: now, version: 1 };
}

/** Keeps a reservation for good: the order is paid. `shipDates`: when goods of an order line may be sent, by its id, where that isn't at once. */
export function confirm(held: Reservation, shipDates: ReadonlyMap<string, Date> = new Map()): Reservation {
  const lines = held.lines.map((line) => {
    const shipsAfter = shipDates.get(line.orderLineId);
    return shipsAfter === undefined ? line : { ...line, shipsAfter };
  });
  return { ...held, state: 'CONFIRMED', expiresAt: null, lines, version: held.version + 1 };
}

/** Takes what a warehouse sends off its shelves: on hand and reserved fall together. */
export function shipFrom(known: Reservation, warehouseId: string, sheet: StockSheet): Reservation {
  const lines = known.lines.map((line) => {
    if (line.state !== 'OPEN' || line.warehouseId !== warehouseId) return line;
    sheet.change({ warehouseId, skuId: line.skuId, onHand: -line.quantity, reserved: -line.quantity });
    return { ...line, state: 'SHIPPED' as const };
  });
  return { ...known, lines, version: known.version + 1 };
}

/** The order's reservation once a warehouse has sent what an exchange had reserved there: those units count as sent for the order. */
export function sentInExchange(known: Reservation, exchange: Reservation, warehouseId: string): Reservation {
  const sent = exchange.lines
    .filter((line) => line.state === 'OPEN' && line.warehouseId === warehouseId)
    .map((line) => ({ ...line, id: newId('reservation'), state: 'SHIPPED' as const }));
  return { ...known, lines: [...known.lines, ...sent], version: known.version + 1 };
}

function pathOf({ lines }: ReservationRequest, skuId: string): string[] {
  return ['lines', String(lines.findIndex((line) => line.skuId === skuId)), 'quantity'];
}

/** Gives the plan's units to the order lines, in their order: two lines of one SKU share its parcels. */
function spread(
  lines: readonly RequestedLine[],
  parcels: readonly { warehouseId: string; lines: readonly { skuId: string; quantity: number }[] }[],
): ReservedLine[] {
  const left = parcels.flatMap((parcel) => parcel.lines.map((line) => ({ ...line, warehouseId: parcel.warehouseId })));
  return lines.flatMap(({ orderLineId, skuId, quantity, weightGrams }) => {
    let missing = quantity;
    return left.flatMap((rest) => {
      const taken = rest.skuId === skuId ? Math.min(missing, rest.quantity) : 0;
      if (taken === 0) return [];
      missing -= taken;
      rest.quantity -= taken;
      const id = newId('reservation');
      return [{ id, orderLineId, skuId, warehouseId: rest.warehouseId, quantity: taken, weightGrams, state: 'OPEN' }];
    });
  });
}
