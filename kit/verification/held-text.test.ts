import { expect, test } from '@jest/globals';
import { heldText } from './held-text.ts';

test('what is held is told in one way, however it is counted', () => {
  expect(
    heldText([
      ['sku_2', 1],
      ['sku_1', 2],
      ['sku_2', 3],
    ]),
  ).toBe('sku_1 x 2, sku_2 x 4');
  expect(heldText([['sku_1', 0]])).toBe('');
  expect(heldText([])).toBe('');
});
