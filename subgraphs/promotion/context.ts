import type { BaseContext } from '#kit/subgraph/subgraph.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Loaders } from './loaders.ts';
import type { Marketing } from './marketing.ts';
import type { Shopper } from './quote/domain/cart.ts';

/** What the resolvers of the promotion subgraph have at hand. */
export interface Context extends BaseContext {
  /** What actions and queries work with. */
  readonly marketing: Marketing;
  readonly loaders: Loaders;
  /** The moment for which the whole request is answered. */
  readonly at: Date;
}

/** The request as it goes on to a neighbour. */
export function callOf({ viewer, requestId, clientAddress, signal }: Context): Call {
  return { viewer, requestId, clientAddress, signal };
}

/** The viewer as somebody who buys; only members have an id and a tier then. */
export function shopperOf({ viewer }: Pick<Context, 'viewer'>): Shopper {
  const isMember = viewer.kind === 'MEMBER';
  return {
    memberId: isMember ? viewer.id : null,
    tierLevel: isMember ? viewer.tierLevel : null,
    channel: viewer.channel,
  };
}

/** Who is named as the author of what the request creates. */
export function authorOf({ viewer }: Pick<Context, 'viewer'>): string {
  return viewer.id ?? viewer.kind;
}
