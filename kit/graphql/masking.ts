import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { isDatabaseAway } from '#kit/mongo/database-away.ts';
import { isPoolExhausted } from '#kit/mongo/pool-exhausted.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import { comeAgainMs, mayComeAgainAfterMs } from '#kit/transport/unanswered.ts';
import type { BaseContext } from './base-context.ts';
import { busy, internalError, isPublicError, unanswered } from './errors.ts';

/**
 * The form in which an error leaves the service. Unknown errors are logged with their stack and masked: text, type and cause stay inside. What passes by itself is
 * told as what it is, BUSY: a neighbour that gave no answer, a database out of reach or without a free connection. Where something was to be changed, `changes`,
 * the effect of a lost answer is told as unknown.
 */
export function publicError(
  error: GraphQLError,
  { requestId, log }: Pick<BaseContext, 'requestId' | 'log'>,
  changes: boolean,
): GraphQLFormattedError {
  // graphql-js copies `extensions` from whatever was thrown: only a GraphQLError may choose its own code.
  const thrown = error.originalError ?? error;
  // Below the changed thing only reading failed.
  const known = knownAs(thrown, changes && error.path?.length === 1);
  if (known !== thrown) log.error({ err: thrown, path: error.path }, 'a resolver failed');
  const { message, extensions } = known ?? internalError();
  return {
    message,
    ...(error.path ? { path: error.path } : {}),
    extensions: { ...extensions, requestId },
  };
}

function knownAs(thrown: Error, changes: boolean): GraphQLError | null {
  if (isPublicError(thrown)) return thrown;
  const afterMs = passesAfterMs(thrown);
  if (afterMs === null) return null;
  const wasRefused = thrown instanceof NeighbourError && thrown.code === 'REFUSED';
  return changes && !wasRefused ? unanswered(afterMs) : busy(afterMs);
}

function passesAfterMs(thrown: Error): number | null {
  if (thrown instanceof NeighbourError) return mayComeAgainAfterMs(thrown);
  return isPoolExhausted(thrown) || isDatabaseAway(thrown) ? comeAgainMs : null;
}
