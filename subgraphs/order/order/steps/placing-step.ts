import type { Call } from '#kit/transport/transport.ts';
import type { Outcome } from '#kit/user-error/user-error.ts';
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
