import type { BaseContext } from '#kit/subgraph/subgraph.ts';
import type { Actions } from './actions.ts';
import type { DeliveryPolicy } from './delivery/domain/planning.ts';
import type { Loaders } from './loaders.ts';
import type { Skus } from './stock/neighbours/skus.ts';
import type { Stores } from './stores.ts';

/** What the resolvers of the logistics subgraph have at hand. */
export interface Context extends BaseContext {
  readonly loaders: Loaders;
  readonly stores: Stores;
  readonly actions: Actions;
  readonly skus: Skus;
  readonly policy: DeliveryPolicy;
}
