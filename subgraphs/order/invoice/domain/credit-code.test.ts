import { describe, expect, test } from '@jest/globals';
import { isCreditCode } from './credit-code.ts';

describe('a unified social credit code', () => {
  test.each(['91350100M000100Y43', '91330100799655058B', '91440300708461136T', '914403001922038216'])(
    '%s checks itself',
    (code) => {
      expect(isCreditCode(code)).toBe(true);
    },
  );

  test('with any one character changed is found out', () => {
    const code = '91350100M000100Y43';
    for (let place = 0; place < code.length; place += 1) {
      const other = code.charAt(place) === '7' ? '8' : '7';
      expect(isCreditCode(code.slice(0, place) + other + code.slice(place + 1))).toBe(false);
    }
  });

  test.each([
    '',
    '91350100M000100Y4',
    '91350100M000100Y433',
    '91350100m000100y43',
    '9135O100M000100Y43',
    '91350100I000100Y43',
  ])('is not %p: wrong length, small letters, or letters that codes avoid', (text) => {
    expect(isCreditCode(text)).toBe(false);
  });
});
