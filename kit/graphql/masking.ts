import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { BaseContext } from './base-context.ts';
import { internalError, isPublicError } from './errors.ts';

/** The form in which an error leaves the service. Unknown errors are logged with their stack and masked: text, type and cause stay inside. */
export function publicError(
  error: GraphQLError,
  { requestId, log }: Pick<BaseContext, 'requestId' | 'log'>,
): GraphQLFormattedError {
  // graphql-js copies `extensions` from whatever was thrown: only a GraphQLError may choose its own code.
  const thrown = error.originalError ?? error;
  const known = isPublicError(thrown) ? thrown : null;
  if (!known) log.error({ err: thrown, path: error.path }, 'a resolver failed');
  const { message, extensions } = known ?? internalError();
  return {
    message,
    ...(error.path ? { path: error.path } : {}),
    extensions: { ...extensions, requestId },
  };
}
