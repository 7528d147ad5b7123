import { expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { measureDocument } from './measure-document.ts';

const measured = (text: string) => measureDocument(parse(text));

test.each<[string, string, object]>([
  ['one field', '{ a }', { depth: 1, aliases: 0, directives: 0 }],
  ['fields inside one another', '{ a { b { c } } d { e } }', { depth: 3 }],
  ['an inline fragment is no field', '{ a { ... on T { ... { b } } } }', { depth: 2 }],
  [
    'a fragment counts where it is spread',
    '{ a { ...F } ...F } fragment F on T { x: b { y: c } }',
    { depth: 3, aliases: 4 },
  ],
  ['an alias of __typename', '{ a: __typename b: __typename c }', { aliases: 2 }],
  [
    'directives everywhere',
    'query ($v: Int @b) @c { d @e @f ... @g { h } ...I @j } fragment I on T @k { l @m }',
    { directives: 8 },
  ],
  ['the larger of two operations', 'query A { a: b } query B { a { b { c: d } e: f } }', { depth: 3, aliases: 2 }],
  ['a fragment that nobody spreads', '{ a } fragment F on T { b { c { x: d } } }', { depth: 1, aliases: 0 }],
  ['the schema beside data', '{ a { b } __schema { types { name } } }', { depth: 2, introspectionDepth: 3 }],
])('measures %s', (_, text, measures) => {
  expect(measured(text)).toMatchObject(measures);
});

test('the usual question for the schema is within the limit for it', () => {
  expect(measured(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }))).toMatchObject({
    depth: 0,
    introspectionDepth: 15,
  });
});

test('pages are found as literals and as variables with their fallbacks, each once', () => {
  const text = 'query ($n: Int = 7, $m: Int) { a(first: 5) { b(first: $n) { c(last: $m, first: 5) } } }';
  expect(measured(text).pageSizes).toEqual([
    { literal: 5 },
    { variable: 'n', fallback: 7 },
    { variable: 'm', fallback: null },
  ]);
});

test('fragments that spread one another end, and twice as many at each level take no time', () => {
  expect(measured('{ ...A } fragment A on T { a ...B } fragment B on T { b ...A }').depth).toBe(1);
  const levels = Array.from({ length: 60 }, (_, i) => `fragment F${i} on T { ...F${i + 1} ...F${i + 1} }`).join(' ');
  const begunAt = performance.now();
  expect(measured(`{ ...F0 } ${levels} fragment F60 on T { x: a }`)).toMatchObject({
    aliases: 2 ** 60,
    fields: expect.any(Number),
  });
  // One by one they would take for ever.
  expect(performance.now() - begunAt).toBeLessThan(5_000);
});
