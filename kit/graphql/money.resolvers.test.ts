import { describe, expect, test } from '@jest/globals';
import { money } from '#kit/money/money.ts';
import { moneyResolvers, readMoneyInput } from './money.resolvers.ts';

describe('Money in the graph', () => {
  test('shows minor units as a decimal of its currency', () => {
    const { amount, currency } = moneyResolvers.Money;
    expect([amount(money(1230, 'CNY')), currency(money(1230, 'CNY'))]).toEqual(['12.30', 'CNY']);
    expect(amount(money(1230, 'JPY'))).toBe('1230');
  });

  test('is read from an input', () => {
    expect(readMoneyInput({ amount: '12.30', currency: 'CNY' }, ['price'])).toEqual({
      ok: true,
      value: { minor: 1230, currency: 'CNY' },
    });
  });

  test.each([
    ['12.345', 'CNY', ['price', 'amount'], 'The amount has more decimal places than its currency.'],
    ['1e3', 'CNY', ['price', 'amount'], 'The amount must be a plain decimal such as 12.30.'],
    ['9'.repeat(20), 'CNY', ['price', 'amount'], 'The amount is too large.'],
    ['1', 'RMB', ['price', 'currency'], 'The currency must be an ISO 4217 code such as CNY.'],
  ])('%s %s is refused at %j', (amount, currency, path, en) => {
    expect(readMoneyInput({ amount, currency }, ['price'])).toMatchObject({
      ok: false,
      refusals: [{ type: 'InvalidInputError', code: 'INVALID_INPUT', path, reason: { en } }],
    });
  });
});
