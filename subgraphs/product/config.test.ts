import { expect, test } from '@jest/globals';
import { readProductConfig } from './config.ts';

test('the minimum margin is a percentage of the cost, none unless told', () => {
  expect(readProductConfig({})).toEqual({ minimumMarginPercent: '0' });
  expect(readProductConfig({ MINIMUM_MARGIN_PERCENT: '12.5' })).toEqual({ minimumMarginPercent: '12.5' });
});

test.each(['-1', '12,5', '1000', '5%', ' '])('a minimum margin of %j is refused', (given) => {
  expect(() => readProductConfig({ MINIMUM_MARGIN_PERCENT: given })).toThrow(/MINIMUM_MARGIN_PERCENT/);
});
