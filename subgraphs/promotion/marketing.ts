import type { Idempotency } from '#kit/idempotency/idempotency.ts';
import type { orderOperations } from '#kit/neighbours/order.ts';
import type { productOperations } from '#kit/neighbours/product.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { BenefitStores } from './benefits/benefit-stores.ts';
import type { InTurn } from './in-turn.ts';
import type { Transact } from './transact.ts';

/** Everything that the actions and queries of the marketing centre work with. */
export interface Marketing extends BenefitStores {
  readonly transact: Transact;
  readonly inTurn: InTurn;
  readonly idempotency: Idempotency;
  readonly product: Neighbour<typeof productOperations>;
  readonly order: Neighbour<typeof orderOperations>;
}
