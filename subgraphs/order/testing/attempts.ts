import type { SubgraphName } from '#kit/events/events.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';

/** What is held, or given back, by an attempt of an order. */
export interface Attempted {
  readonly attempt: number;
}
/** A call of an order's attempt. */
export type OfAttempt = Attempted & { orderId: string };

/** What an attempt gave back stays so for it and those before; a later attempt is welcome. */
export function refuseIfOver(
  target: SubgraphName,
  held: (Attempted & { state: string }) | undefined,
  attempt: number,
): void {
  if (held === undefined) return;
  const isOver = held.state === 'RELEASED' ? held.attempt >= attempt : held.attempt > attempt;
  if (isOver) throw new NeighbourError('REFUSED', target, 'released before');
}
