import { GraphQLError } from 'graphql';

/** The closed list of `extensions.code` that a caller may see. Everything else is masked as INTERNAL_SERVER_ERROR. */
export const publicErrorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'TOO_EXPENSIVE',
  'RATE_LIMITED',
  'BUSY',
  'INTERNAL_SERVER_ERROR',
] as const;

export type PublicErrorCode = (typeof publicErrorCodes)[number];

function publicError(code: PublicErrorCode, message: string, facts: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { ...facts, code } });
}

/** Nobody is signed in where somebody must be. The same text for a missing and a refused token. */
export function unauthenticated(): GraphQLError {
  return publicError('UNAUTHENTICATED', 'Sign in to do this.');
}

/** Somebody is signed in, but may not. Doesn't say which scope is missing. */
export function forbidden(): GraphQLError {
  return publicError('FORBIDDEN', 'You may not do this.');
}

/**
 * The request itself is malformed (a cursor, a page size, a scalar). The message is shown: it must not quote anything
 * internal.
 */
export function badInput(message: string): GraphQLError {
  return publicError('BAD_USER_INPUT', message);
}

/**
 * The work was not begun, only read, or is still under way elsewhere; the caller may retry with the same key after `retryAfterMs`
 * milliseconds.
 */
export function busy(retryAfterMs: number): GraphQLError {
  return publicError('BUSY', 'Too busy right now. Please try again.', { retryAfterMs });
}

/**
 * Nobody answered in time, or the answer got lost. The change may have been made: `effect` says so to programs. Whoever asks again after
 * `retryAfterMs` milliseconds with the same key has it made once; without a key it is to be looked at first.
 */
export function unanswered(retryAfterMs: number): GraphQLError {
  return publicError('BUSY', 'There was no answer in time. It is not known whether this was done.', {
    retryAfterMs,
    effect: 'UNKNOWN',
  });
}

/** The document is beyond a limit of its shape or its cost, whenever it is sent. The message names the limit. */
export function tooExpensive(message: string): GraphQLError {
  return publicError('TOO_EXPENSIVE', message);
}

/** The caller has asked for more than its share; nothing was done, and the same request may come again after `retryAfterMs` milliseconds. */
export function rateLimited(retryAfterMs: number): GraphQLError {
  return publicError('RATE_LIMITED', 'Too many requests. Please try again later.', { retryAfterMs });
}

/** What a caller sees of any error of ours. */
export function internalError(): GraphQLError {
  return publicError('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');
}

/** Whether the error, by its code, was made to be shown. */
export function isPublicError(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && publicErrorCodes.some((code) => code === error.extensions['code']);
}
