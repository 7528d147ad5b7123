import { AsyncLocalStorage } from 'node:async_hooks';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { badInput, internalError, publicErrorCodes } from '#kit/graphql/errors.ts';
import type { ObservedRequest } from '../observing/observed-request.ts';
import { invalidOperation } from './invalid-operation.ts';

/** What is to be known of a request to tell its caller of an error. */
export interface ErrorReader {
  readonly requestId: string;
  readonly log: () => Logger;
  /** Whether the caller is told what is wrong with an operation. */
  readonly explains: boolean;
  /** Where the codes of its errors are noted. */
  readonly observed: Pick<ObservedRequest, 'errorCodes'>;
}

/** The request that Apollo Server is answering, which it tells nothing about when it asks for an error's form. */
export const askedOfApollo = new AsyncLocalStorage<ErrorReader>();

/** A document that can't be read or doesn't fit the schema keeps the codes that GraphQL clients know. */
const documentCodes: readonly unknown[] = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'];
/** Apollo Server's own codes for a malformed request, which are BAD_USER_INPUT here. */
const requestCodes: readonly unknown[] = [
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
];

/**
 * The form in which an error leaves the gateway: a code of the closed list and the request id. Text of anything that isn't meant for
 * callers stays in the log.
 */
export function publicError(
  formatted: GraphQLFormattedError,
  error: unknown,
  request: ErrorReader | undefined,
): GraphQLFormattedError {
  const all = shown(formatted, error, request);
  const { message, code, retryAfterMs, effect } = request?.explains === false ? untold(all, formatted) : all;
  request?.observed.errorCodes.push(String(code));
  return {
    message,
    ...(formatted.path ? { path: formatted.path } : {}),
    ...(documentCodes.includes(code) && formatted.locations && request?.explains !== false
      ? { locations: formatted.locations }
      : {}),
    extensions: {
      code,
      ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
      ...(effect === 'UNKNOWN' ? { effect } : {}),
      ...(request ? { requestId: request.requestId } : {}),
    },
  };
}

/** The same for an error that was thrown on the way to an answer, or that a subgraph sent. */
export function clientError(error: unknown, request: ErrorReader): GraphQLFormattedError {
  const known =
    error instanceof GraphQLError ? error : new GraphQLError(String(error), { originalError: asError(error) });
  const formatted = { ...known.toJSON(), extensions: { code: 'INTERNAL_SERVER_ERROR', ...known.extensions } };
  return publicError(formatted, error, request);
}

function asError(error: unknown): Error | null {
  return error instanceof Error ? error : null;
}

interface Shown {
  readonly message: string;
  readonly code: unknown;
  readonly retryAfterMs?: unknown;
  readonly effect?: unknown;
}

/** The same without what an invalid operation would tell of the schema, such as the names in a variable's type. */
function untold(error: Shown, { path }: GraphQLFormattedError): Shown {
  const aboutTheOperation =
    path === undefined && (error.code === 'BAD_USER_INPUT' || documentCodes.includes(error.code));
  if (!aboutTheOperation) return error;
  const { message, extensions } = invalidOperation();
  return { message, code: extensions['code'] };
}

function shown(formatted: GraphQLFormattedError, error: unknown, request: ErrorReader | undefined): Shown {
  const { code, retryAfterMs, effect } = formatted.extensions ?? {};
  if (documentCodes.includes(code)) return { message: formatted.message, code };
  if (publicErrorCodes.some((known) => known === code) && code !== 'INTERNAL_SERVER_ERROR') {
    return { message: formatted.message, code, retryAfterMs, effect };
  }
  if (requestCodes.includes(code)) return { message: formatted.message, code: badInput('').extensions['code'] };
  // The subgraph that failed has logged its own part under the same request id.
  if (formatted.extensions?.['serviceName'] === undefined) {
    request?.log().error({ err: unwrapResolverError(error) }, 'a request failed in the gateway');
  }
  const masked = internalError();
  return { message: masked.message, code: masked.extensions['code'] };
}
