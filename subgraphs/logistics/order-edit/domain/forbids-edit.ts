import { statusOf, type Fulfillment } from '../../fulfillment/domain/fulfillment.ts';
import type { Reservation } from '../../reservation/domain/reservation.ts';

/** The state that keeps the goods of a paid order from being changed: something is packed or has left, or it isn't allocated. Null when nothing does. */
export function forbidsEdit(
  reservation: Pick<Reservation, 'state'> | null,
  fulfillments: readonly Pick<Fulfillment, 'stage'>[],
): string | null {
  if (reservation?.state !== 'CONFIRMED') return reservation?.state ?? 'UNKNOWN';
  const begun = fulfillments.find(({ stage }) => ['PACKED', 'SHIPPED', 'DELIVERED'].includes(stage));
  return begun === undefined ? null : statusOf(begun.stage);
}
