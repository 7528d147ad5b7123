import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { BaseContext } from './base-context.ts';
import { isPoolExhausted } from '#kit/mongo/pool-exhausted.ts';
import { busy, internalError, isPublicError } from './errors.ts';

/** When to come again after no connection to the database was free, milliseconds. */
const databaseBusyMs = 1_000;

/**
 * The form in which an error leaves the service. Unknown errors are logged with their stack and masked: text, type and cause stay inside. Only a database
 * without a free connection is told as what it is, BUSY: coming again with the same key is right then, however far the work had got.
 */
export function publicError(
  error: GraphQLError,
  { requestId, log }: Pick<BaseContext, 'requestId' | 'log'>,
): GraphQLFormattedError {
  // graphql-js copies `extensions` from whatever was thrown: only a GraphQLError may choose its own code.
  const thrown = error.originalError ?? error;
  const known = knownAs(thrown);
  if (known !== thrown) log.error({ err: thrown, path: error.path }, 'a resolver failed');
  const { message, extensions } = known ?? internalError();
  return {
    message,
    ...(error.path ? { path: error.path } : {}),
    extensions: { ...extensions, requestId },
  };
}

function knownAs(thrown: Error): GraphQLError | null {
  if (isPublicError(thrown)) return thrown;
  return isPoolExhausted(thrown) ? busy(databaseBusyMs) : null;
}
