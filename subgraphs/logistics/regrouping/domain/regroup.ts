import { newId } from '#kit/ids/ids.ts';
import type { Reservation, ReservedLine } from '../../reservation/domain/reservation.ts';

/** An order that receives goods, line by line from those that give. */
export interface Receiver {
  readonly orderId: string;
  readonly lines: readonly { readonly fromLineId: string; readonly orderLineId: string; readonly quantity: number }[];
}

/** The reservations of those who gave and of those who received, as their next versions. */
export interface Regrouped {
  readonly given: readonly Reservation[];
  readonly received: readonly Reservation[];
}

/**
 * Hands the open lines of confirmed reservations over to other orders: the units stay reserved where they lie and only change their order. RangeError unless the
 * receivers take exactly what there is.
 */
export function regroup(from: readonly Reservation[], to: readonly Receiver[], now: Date): Regrouped {
  const left = from.flatMap(({ lines }) => lines.filter(({ state }) => state === 'OPEN').map((line) => ({ ...line })));
  const onHold = from.some((giver) => giver.onHold === true);
  const received = to.map(({ orderId, lines }): Reservation => {
    const state = { state: 'CONFIRMED', releasedBecause: null, expiresAt: null } as const;
    const taken = lines.flatMap((wanted) => take(left, wanted));
    return { orderId, attempt: 1, ...state, lines: taken, returned: [], onHold, createdAt: now, version: 1 };
  });
  const forgotten = left.find(({ quantity }) => quantity > 0);
  if (forgotten) throw new RangeError(`${forgotten.quantity} units of line ${forgotten.orderLineId} go nowhere`);
  const given = from.map((giver): Reservation => {
    const state = { state: 'RELEASED', releasedBecause: 'REGROUPED', expiresAt: null } as const;
    const lines = giver.lines.filter((line) => line.state !== 'OPEN');
    return { ...giver, ...state, lines, version: giver.version + 1 };
  });
  return { given, received };
}

/** Takes units of a line out of what is left, in its order. */
function take(left: (ReservedLine & { quantity: number })[], wanted: Receiver['lines'][number]): ReservedLine[] {
  let missing = wanted.quantity;
  const taken = left.flatMap((line): ReservedLine[] => {
    const quantity = line.orderLineId === wanted.fromLineId ? Math.min(missing, line.quantity) : 0;
    if (quantity === 0) return [];
    missing -= quantity;
    line.quantity -= quantity;
    return [{ ...line, id: newId('reservation'), orderLineId: wanted.orderLineId, quantity }];
  });
  if (missing > 0) throw new RangeError(`${missing} units of line ${wanted.fromLineId} are not there`);
  return taken;
}
