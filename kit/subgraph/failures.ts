import type { Logger } from 'pino';
import type { SubgraphName } from '#kit/events/events.ts';
import { isPublicError } from '#kit/graphql/errors.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';

/**
 * The form in which a failed call leaves a subgraph, the same in both topologies: errors of the closed list are refusals; anything else is
 * logged here with its stack and leaves as UNAVAILABLE without its text, because the effect is unknown to the caller.
 */
export function asNeighbourError(name: SubgraphName, path: string, error: unknown, log: Logger): NeighbourError {
  if (error instanceof NeighbourError && error.target === name) return error;
  if (isPublicError(error) && error.extensions['code'] !== 'INTERNAL_SERVER_ERROR') {
    const { code, retryAfterMs } = error.extensions;
    return new NeighbourError('REFUSED', name, error.message, {
      reason: String(code),
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
    });
  }
  log.error({ err: error, path }, 'a call failed');
  return new NeighbourError('UNAVAILABLE', name, 'could not answer');
}
