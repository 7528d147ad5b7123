import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { badInput, busy, forbidden, internalError, isPublicError, unanswered, unauthenticated } from './errors.ts';

describe('a top-level error', () => {
  test.each([
    [unauthenticated(), { code: 'UNAUTHENTICATED' }],
    [forbidden(), { code: 'FORBIDDEN' }],
    [badInput('No.'), { code: 'BAD_USER_INPUT' }],
    [busy(250), { code: 'BUSY', retryAfterMs: 250 }],
    [unanswered(250), { code: 'BUSY', retryAfterMs: 250, effect: 'UNKNOWN' }],
    [internalError(), { code: 'INTERNAL_SERVER_ERROR' }],
  ])('carries a code of the closed list: $extensions.code', (error, extensions) => {
    expect(error.extensions).toEqual(extensions);
    expect(isPublicError(error)).toBe(true);
  });

  test.each([
    ['a plain error', new Error('connect ECONNREFUSED 10.0.0.7')],
    ['a GraphQL error without a code', new GraphQLError('x')],
    ['a GraphQL error with a code of its own', new GraphQLError('x', { extensions: { code: 'E11000' } })],
    ['an object that pretends', { extensions: { code: 'FORBIDDEN' } }],
    ['nothing', undefined],
  ])('is not %s', (_name, error) => {
    expect(isPublicError(error)).toBe(false);
  });
});
