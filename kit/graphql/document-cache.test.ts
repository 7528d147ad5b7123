import { expect, test } from '@jest/globals';
import { createDocumentCache } from './document-cache.ts';

test('what was used longest ago is forgotten first', () => {
  const cache = createDocumentCache<number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
});

test('a document larger than 50,000 characters is not kept', () => {
  const cache = createDocumentCache<number>(2);
  const large = 'x'.repeat(50_001);
  cache.set(large, 1);
  expect(cache.get(large)).toBeUndefined();
});

test('documents of more than a million characters together are not kept: what was used longest ago goes', () => {
  const cache = createDocumentCache<number>(100);
  const documents = Array.from({ length: 25 }, (_, index) => `${index} `.padEnd(50_000, 'x'));
  for (const [index, document] of documents.entries()) {
    cache.set(document, index);
    cache.set(document, index);
  }
  const kept = documents.map((document) => cache.get(document)).filter((value) => value !== undefined);
  expect(kept).toEqual(Array.from({ length: 20 }, (_, index) => index + 5));
});
