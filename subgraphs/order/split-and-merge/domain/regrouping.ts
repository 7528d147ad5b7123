import type { Actor } from '../../order/domain/order.ts';
import type { Part } from './split.ts';

/**
 * Paid orders that are to give their place to others. It is written down before the warehouses are asked, so that whoever comes after a crash can finish it; the
 * orders are kept from any other change meanwhile.
 */
export interface Regrouping {
  /** The call's own id: whoever repeats it finds out what came of it. */
  readonly _id: string;
  readonly kind: 'SPLIT' | 'MERGE';
  readonly from: readonly string[];
  readonly to: readonly Part[];
  readonly actor: Actor;
  readonly requestedAt: Date;
  /** `GIVEN_UP`: the warehouses could not stop any more. */
  readonly state: 'BEGUN' | 'DONE' | 'GIVEN_UP';
  /** Until then somebody is at work on it. */
  readonly leaseUntil: Date;
}
