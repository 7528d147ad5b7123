import type { Call } from '#kit/transport/transport.ts';
import type { Outcome } from '#kit/user-error/user-error.ts';
import { holdMarginMs } from '../domain/hold-margin.ts';
import type { Order } from '../domain/order.ts';

/**
 * One thing that is held for an order, with the way back beside it. Both are idempotent by the order's id and attempt, and an undo forbids a `hold` that is
 * still under way: whoever undoes need not know how far the other came.
 */
export interface PlacingStep {
  readonly name: string;
  /** Whether this order needs it at all. */
  applies(order: Order): boolean;
  hold(order: Order, call: Call): Promise<Outcome<unknown>>;
  undo(order: Order, call: Call): Promise<unknown>;
}

/** When a hold gives itself back, as ISO text. What a presale order holds outlives the time to pay the balance. */
export function holdUntil({ expiresAt, placedAt, presale }: Order): string {
  const payBefore = Math.max((expiresAt ?? placedAt).getTime(), presale?.balanceTo.getTime() ?? 0);
  return new Date(payBefore + holdMarginMs).toISOString();
}
