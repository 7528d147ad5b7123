import { expect, test } from '@jest/globals';
import { mediaTypeOf } from './media-type.ts';

test.each<[string | undefined, string | null]>([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/json; charset=utf-8', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
  ['application/json, application/graphql-response+json', 'application/json'],
  ['application/json;q=0.5, application/graphql-response+json', 'application/graphql-response+json'],
  ['Application/JSON', 'application/json'],
  ['application/json;q=0', null],
  ['text/html', null],
  ['multipart/mixed', null],
])('a client that accepts %s gets %s', (accept, type) => {
  expect(mediaTypeOf(accept)).toBe(type === null ? null : `${type}; charset=utf-8`);
});
