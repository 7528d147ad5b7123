import type { Fulfillment, FulfillmentLine, Step } from '../../fulfillment/domain/fulfillment.ts';
import type { Reservation, ReservedLine } from '../../reservation/domain/reservation.ts';

/** What is reserved for an order and for an edit of it, as their next versions. */
export interface Joined {
  readonly own: Reservation;
  /** Gives all it had: it can't be reserved again. */
  readonly edit: Reservation;
  readonly lines: readonly ReservedLine[];
}

/** Puts what is reserved for an edit into its order: the units stay reserved where they lie. The order's version is counted by whoever changes it besides. */
export function joinReserved(own: Reservation, edit: Reservation): Joined {
  const lines = edit.lines.filter(({ state }) => state === 'OPEN');
  const state = { state: 'RELEASED', releasedBecause: 'REGROUPED', expiresAt: null } as const;
  return {
    own: { ...own, lines: [...own.lines, ...lines] },
    edit: { ...edit, ...state, lines: edit.lines.filter((line) => line.state !== 'OPEN'), version: edit.version + 1 },
    lines,
  };
}

/**
 * The fulfillments of an order with more goods: those of a warehouse go into its fulfillment if nobody has begun to work on that. `apart` are the units that need a
 * fulfillment of their own.
 */
export function growFulfillments(
  fulfillments: readonly Fulfillment[],
  lines: readonly ReservedLine[],
  step: Omit<Step, 'action'>,
  binOf: (warehouseId: string, skuId: string) => string,
): { readonly fulfillments: readonly Fulfillment[]; readonly apart: readonly ReservedLine[] } {
  const places = new Set<string>();
  const grown = fulfillments.map((fulfillment): Fulfillment => {
    const { warehouseId, stage } = fulfillment;
    const here = lines.filter((line) => line.warehouseId === warehouseId);
    if (stage !== 'ALLOCATED' || here.length === 0 || places.has(warehouseId)) return fulfillment;
    places.add(warehouseId);
    const added = here.map(({ orderLineId, skuId, quantity }): FulfillmentLine => {
      return { orderLineId, skuId, quantity, bin: binOf(warehouseId, skuId) };
    });
    return {
      ...fulfillment,
      lines: [...fulfillment.lines, ...added],
      steps: [...fulfillment.steps, { ...step, action: 'GROW' }],
    };
  });
  return { fulfillments: grown, apart: lines.filter(({ warehouseId }) => !places.has(warehouseId)) };
}
