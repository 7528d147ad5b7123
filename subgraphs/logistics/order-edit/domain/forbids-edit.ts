import { statusOf, type Fulfillment } from '../../fulfillment/domain/fulfillment.ts';
import type { Reservation } from '../../reservation/domain/reservation.ts';

/** The state that keeps the goods of an order from being changed: something is packed or has left, a paid one isn't allocated, an unpaid one has lost them. Null when nothing does. */
export function forbidsEdit(
  reservation: Pick<Reservation, 'state'> | null,
  fulfillments: readonly Pick<Fulfillment, 'stage'>[],
  paid: boolean,
): string | null {
  if (reservation?.state !== (paid ? 'CONFIRMED' : 'HELD')) return reservation?.state ?? 'UNKNOWN';
  const begun = fulfillments.find(({ stage }) => ['PACKED', 'SHIPPED', 'DELIVERED'].includes(stage));
  return begun === undefined ? null : statusOf(begun.stage);
}
