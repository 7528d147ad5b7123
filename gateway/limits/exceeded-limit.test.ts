import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { hasMoreTokensThan } from './count-tokens.ts';
import { documentLimits as limits } from './document-limits.ts';
import { exceededByDocument, exceededByPages } from './exceeded-limit.ts';
import { measureDocument } from './measure-document.ts';

const nested = (depth: number): string => (depth === 1 ? '{ id }' : `{ product ${nested(depth - 1)} }`);
const aliases = (count: number): string =>
  `{ ${Array.from({ length: count }, (_, i) => `a${i}: __typename`).join(' ')} }`;
const spreads = (count: number): string => `{ ${'...F '.repeat(count / 4)} } fragment F on Query { a b c }`;
const directives = (count: number): string => `{ a ${'@include(if: true) '.repeat(count)} }`;

test.each([
  ['depth', nested, limits.depth],
  ['aliases', aliases, limits.aliases],
  ['directives', directives, limits.directives],
] as const)('%s: the limit itself is admitted and one more is not', (limit, document, most) => {
  const beyond = (size: number) => exceededByDocument(measureDocument(parse(document(size))), limits)?.limit ?? null;
  expect([beyond(most), beyond(most + 1)]).toEqual([null, limit]);
});

test('fields: fragments count where they are spread', () => {
  const beyond = (size: number) => exceededByDocument(measureDocument(parse(spreads(size))), limits)?.limit ?? null;
  expect([beyond(limits.fields), beyond(limits.fields + 4)]).toEqual([null, 'fields']);
});

test('tokens: the limit itself is admitted and one more is not', () => {
  const text = (tokens: number) => `{ ${'a '.repeat(tokens - 2)}} # a comment is none`;
  expect([hasMoreTokensThan(1000, text(1000)), hasMoreTokensThan(1000, text(1001))]).toEqual([false, true]);
});

test.each<[string, string, Record<string, unknown>, boolean]>([
  ['a literal of 100', '{ a(first: 100) }', {}, false],
  ['a literal of 101', '{ a(first: 101) }', {}, true],
  ['a variable of 100', 'query($n: Int) { a(first: $n) }', { n: 100 }, false],
  ['a variable of 101', 'query($n: Int) { a(first: $n) }', { n: 101 }, true],
  ['a fallback of 101', 'query($n: Int = 101) { a(first: $n) }', {}, true],
  ['a fallback of 101 that is not used', 'query($n: Int = 101) { a(first: $n) }', { n: 5 }, false],
  ['a huge one in a fragment', '{ ...F } fragment F on T { a(last: 99999999999999999999) }', {}, true],
  [
    'something that is no number, which is for validation to refuse',
    'query($n: Int) { a(first: $n) }',
    { n: '9e9' },
    false,
  ],
])('a page: %s', (_, text, variables, refused) => {
  expect(exceededByPages(measureDocument(parse(text)), variables, limits) !== null).toBe(refused);
});
