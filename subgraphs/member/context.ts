import type { BaseContext } from '#kit/graphql/base-context.ts';
import type { Loaders } from './loaders.ts';
import type { Actions } from './actions.ts';

/** What every resolver of this subgraph has at hand. */
export interface Context extends BaseContext {
  readonly actions: Actions;
  readonly loaders: Loaders;
}
