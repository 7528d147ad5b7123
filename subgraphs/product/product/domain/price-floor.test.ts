import { expect, test } from '@jest/globals';
import { money } from '#kit/money/money.ts';
import { priceFloorIn } from './price-floor.ts';

test.each([
  [money(7_000, 'CNY'), '0', 7_000],
  [money(7_000, 'CNY'), '12.5', 7_875],
  [money(333, 'CNY'), '10', 366],
  [money(0, 'CNY'), '50', 0],
  [money(7_000, 'USD'), '10', 0],
  [null, '10', 0],
])('a cost of %j with a margin of %s %% lets a price in CNY go no lower than %i', (cost, margin, floor) => {
  expect(priceFloorIn({ cost }, 'CNY', margin)).toBe(floor);
});
