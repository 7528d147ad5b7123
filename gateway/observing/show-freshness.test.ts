import { expect, test } from '@jest/globals';
import { readsTold, showFreshness } from './show-freshness.ts';

const read = { readModel: 'products', ageMs: 120, fromMemory: 3, fromDatabase: 0 };

test('a read model that several calls have read is shown once, at its oldest', () => {
  const reads = [
    { subgraph: 'product', ...read },
    { subgraph: 'logistics', ...read, readModel: 'network', ageMs: 7 },
    { subgraph: 'product', ...read, ageMs: 80, fromMemory: 1, fromDatabase: 2 },
  ];
  const shown = showFreshness('{"data":{"x":1},"extensions":{"cost":{"estimate":2}}}', reads);
  expect(JSON.parse(shown)).toEqual({
    data: { x: 1 },
    extensions: {
      cost: { estimate: 2 },
      freshness: [
        { subgraph: 'logistics', readModel: 'network', ageMs: 7, fromMemory: 3, fromDatabase: 0 },
        { subgraph: 'product', readModel: 'products', ageMs: 120, fromMemory: 4, fromDatabase: 2 },
      ],
    },
  });
});

test('an answer that was read from the database alone shows no read model', () => {
  expect(showFreshness('{"data":null}', [])).toBe('{"data":null,"extensions":{"freshness":[]}}');
});

test.each([
  ['nothing', { data: {} }],
  ['something else', { data: {}, extensions: { freshness: [{ readModel: 'products', ageMs: 'young' }] } }],
])('a subgraph that tells %s is taken to have read none', (_, answer) => {
  expect(readsTold('product', answer)).toEqual([]);
});

test('what a subgraph tells is known as its own', () => {
  expect(readsTold('product', { data: {}, extensions: { freshness: [read] } })).toEqual([
    { subgraph: 'product', ...read },
  ]);
});
