import { newId } from '#kit/ids/ids.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { waitingStages, type Fulfillment, type Stage, type Step } from '../../fulfillment/domain/fulfillment.ts';
import type { Reservation, ReservedLine } from '../../reservation/domain/reservation.ts';

/** Units of one order line that are not to be sent. */
export interface WithdrawnLine {
  readonly orderLineId: string;
  readonly quantity: number;
}

/** An order before or after units were withdrawn from it. */
export interface UnsentOrder {
  readonly reservation: Reservation;
  readonly fulfillments: readonly Fulfillment[];
}

/** The order without the units; `released` are the units whose stock is free again. */
export interface Withdrawn extends UnsentOrder {
  readonly released: readonly ReservedLine[];
}

/**
 * Takes units of order lines out of what waits to be sent: first where the least work was done. A fulfillment that was packed is to be packed again, and one
 * that is left with nothing is cancelled. INVALID_STATE when a line has fewer units waiting: nothing is changed then.
 */
export function withdraw(
  order: UnsentOrder,
  lines: readonly WithdrawnLine[],
  step: Omit<Step, 'action'>,
): Outcome<Withdrawn> {
  const reserved: ReservedLine[] = [...order.reservation.lines];
  const released: ReservedLine[] = [];
  for (const [index, { orderLineId, quantity }] of lines.entries()) {
    let missing = quantity;
    const waiting = reserved.filter((line) => line.orderLineId === orderLineId && line.state === 'OPEN');
    for (const line of waiting.toSorted((one, other) => workOn(order, one) - workOn(order, other))) {
      const taken = Math.min(missing, line.quantity);
      if (taken === 0) break;
      missing -= taken;
      const rest = line.quantity - taken;
      const given = { ...line, quantity: taken, state: 'RELEASED' as const };
      const kept =
        rest === 0
          ? [given]
          : [
              { ...line, quantity: rest },
              { ...given, id: newId('reservation') },
            ];
      reserved.splice(reserved.indexOf(line), 1, ...kept);
      released.push(given);
    }
    if (missing > 0) return refused(invalidState(['lines', String(index), 'quantity'], { state: 'SHIPPED' }));
  }
  return accepted({
    reservation: { ...order.reservation, lines: reserved, version: order.reservation.version + 1 },
    fulfillments: order.fulfillments.map((fulfillment) => without(fulfillment, released, step)),
    released,
  });
}

/** How much work a reserved line has cost in its warehouse; none before its fulfillment is there. */
function workOn({ fulfillments }: UnsentOrder, { warehouseId }: ReservedLine): number {
  const stage = fulfillments.find((one) => one.warehouseId === warehouseId && waits(one))?.stage;
  return stage === undefined ? 0 : waitingStages.indexOf(stage);
}

function waits({ stage }: Pick<Fulfillment, 'stage'>): boolean {
  return waitingStages.includes(stage);
}

function without(fulfillment: Fulfillment, released: readonly ReservedLine[], step: Omit<Step, 'action'>): Fulfillment {
  const gone = new Map<string, number>();
  for (const { warehouseId, orderLineId, quantity } of released) {
    if (warehouseId === fulfillment.warehouseId) gone.set(orderLineId, (gone.get(orderLineId) ?? 0) + quantity);
  }
  if (!waits(fulfillment) || !fulfillment.lines.some((line) => gone.has(line.orderLineId))) return fulfillment;
  const lines = fulfillment.lines.flatMap((line) => {
    const less = Math.min(gone.get(line.orderLineId) ?? 0, line.quantity);
    gone.set(line.orderLineId, (gone.get(line.orderLineId) ?? 0) - less);
    return less === line.quantity ? [] : [{ ...line, quantity: line.quantity - less }];
  });
  if (lines.length === 0) {
    // What it would have held is kept to be read.
    return { ...fulfillment, stage: 'CANCELLED', steps: [...fulfillment.steps, { ...step, action: 'CANCEL' }] };
  }
  const stage: Stage = fulfillment.stage === 'PACKED' ? 'PICKED' : fulfillment.stage;
  return { ...fulfillment, stage, lines, parcels: [], steps: [...fulfillment.steps, { ...step, action: 'SHRINK' }] };
}
