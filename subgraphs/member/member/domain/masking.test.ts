import { expect, test } from '@jest/globals';
import { maskEmail, maskName, maskPhone } from './masking.ts';

test('what an analyst sees tells people apart and names nobody', () => {
  expect(maskEmail('shopper@example.com')).toBe('s***@example.com');
  expect(maskPhone('+8613800138021')).toBe('***21');
  expect(maskName('王小明')).toBe('王**');
  expect(maskName('𠮷野家')).toBe('𠮷**');
});
