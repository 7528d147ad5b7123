import { describe, expect, test } from '@jest/globals';
import { queryTerms, termsOf } from './search-terms.ts';

/** Whether somebody who types the query finds the text. */
function finds(query: string, text: string): boolean {
  const terms = termsOf(text);
  const asked = queryTerms(query);
  return asked.length > 0 && asked.every((term) => terms.has(term));
}

describe('search terms', () => {
  test.each([
    ['连衣裙', '夏季碎花连衣裙'],
    ['裙', '夏季碎花连衣裙'],
    ['红色连衣裙', '连衣裙 红色'],
    ['红色的连衣裙', '连衣裙 红色'],
    ['shirt', 'Ocean Blue Shirt'],
    ['SHIRTS', 'Ocean Blue Shirt'],
    ['blue shirt', 'Ocean Blue Shirts'],
    ['ｓｈｉｒｔ', 'ocean shirt'],
    ['the shirt', 'Shirt'],
    ['iphone手机壳', '手机壳 适用 iPhone 15'],
    ['TEE-RED-M', 'TEE-RED-M'],
  ])('%s finds %s', (query, text) => {
    expect(finds(query, text)).toBe(true);
  });

  test.each([
    ['连衣裙', '连帽卫衣'],
    ['shirt', 'skirt'],
    ['blue shirt', 'blue hat'],
    ['.*', 'everything'],
    ['', 'everything'],
    ['!!!', 'everything'],
    ['$where', 'everything'],
  ])('%s does not find %s', (query, text) => {
    expect(finds(query, text)).toBe(false);
  });

  test('a dress is not cut to a dres', () => {
    expect(queryTerms('dress bus basis glasses')).toEqual(['dress', 'bus', 'basis', 'glasse']);
  });

  test('a word is kept to 40 characters', () => {
    expect([...termsOf('x'.repeat(500))]).toEqual(['x'.repeat(40)]);
  });
});
