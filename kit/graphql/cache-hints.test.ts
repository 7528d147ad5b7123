import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { cacheHints } from './cache-hints.ts';

const schemaWith = (sdl: string) =>
  buildSchema(`directive @cacheControl(maxAge: Int, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
    ${sdl}`);

describe('cache hints', () => {
  test('are read from types, their extensions and fields', () => {
    const hints = cacheHints(
      schemaWith(`type Query { a: Thing @cacheControl(maxAge: 60) b: Int @cacheControl(maxAge: 0) c: Int }
        type Thing { x: Int } extend type Thing @cacheControl(inheritMaxAge: true)`),
    );
    expect([...hints]).toEqual([
      ['Query.a', 60],
      ['Query.b', 0],
      ['Thing', 'INHERITED'],
    ]);
  });

  test.each([
    ['nothing', '@cacheControl'],
    ['two things', '@cacheControl(maxAge: 1, inheritMaxAge: true)'],
    ['less than no time', '@cacheControl(maxAge: -1)'],
    ['that it doesn’t inherit', '@cacheControl(inheritMaxAge: false)'],
  ])('that say %s are refused, with their place', (_, hint) => {
    expect(() => cacheHints(schemaWith(`type Query { a: Int ${hint} }`))).toThrow(
      'Query.a: @cacheControl takes either',
    );
  });
});
