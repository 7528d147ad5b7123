import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { must, same, whatBreaks } from './properties.ts';

describe('what breaks a property', () => {
  test('is nothing when it holds, after as many values as were asked for', () => {
    let looked = 0;
    const counting = fc.property(fc.nat(), () => {
      looked += 1;
    });
    expect(whatBreaks(counting, 250)).toBeNull();
    expect(looked).toBe(Number(process.env['PROPERTY_RUNS'] ?? 250));
  });

  test('is told with the reason and the smallest value that was found', () => {
    const wrong = fc.property(fc.nat(1_000_000), (number) => must(number < 7, 'every number is below seven'));
    expect(whatBreaks(wrong)).toMatch(/^Error: it isn't so: every number is below seven\n[^]*Counterexample: \[7\]/);
  });
});

test('equal is what is equal as JSON', () => {
  expect(() => same('lists', [1, { a: 2 }], [1, { a: 2 }])).not.toThrow();
  expect(() => same('lists', [1, 2], [2, 1])).toThrow('lists: [1,2] is not [2,1]');
});
