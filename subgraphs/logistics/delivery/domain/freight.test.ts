import { describe, expect, test } from '@jest/globals';
import { freightOf } from './freight.ts';

describe('freight', () => {
  test.each([
    [0, 800],
    [1, 800],
    [1000, 800],
    [1001, 1000],
    [2000, 1000],
    [2001, 1200],
    [30_000, 6600],
  ])('of %i g at ¥8.00 for the first kilogram and ¥2.00 for each begun is %i fen', (grams, fen) => {
    expect(freightOf({ firstKgMinor: 800, extraKgMinor: 200 }, grams)).toBe(fen);
  });
});
