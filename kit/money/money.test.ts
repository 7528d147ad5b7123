import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  add,
  AmountError,
  compare,
  currencyDigits,
  CurrencyMismatchError,
  formatAmount,
  isCurrency,
  isZero,
  min,
  money,
  parseAmount,
  percentOf,
  subtract,
  sum,
  times,
  type Money,
} from './money.ts';

const yuan = (minor: number): Money => money(minor, 'CNY');

function codeOf(amount: string, currency: string): string | undefined {
  try {
    parseAmount(amount, currency);
    return undefined;
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    return error.code;
  }
}

describe('a currency', () => {
  test.each([
    ['CNY', 2],
    ['USD', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['KWD', 3],
    ['CLF', 4],
    ['HUF', 2],
    ['IDR', 2],
  ])('%s has %i digits by ISO 4217', (currency, digits) => {
    expect(currencyDigits(currency)).toBe(digits);
  });

  test.each(['cny', 'RMB', '', 'CN', '￥', 'CNY ', '__proto__', 'ZZZ'])('is not %j', (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(() => currencyDigits(code)).toThrow(RangeError);
    expect(() => money(1, code)).toThrow(RangeError);
  });
});

describe('an amount', () => {
  test.each([
    ['12.30', 'CNY', 1230],
    ['12.3', 'CNY', 1230],
    ['12', 'CNY', 1200],
    ['0.01', 'CNY', 1],
    ['-0.05', 'CNY', -5],
    ['007.5', 'CNY', 750],
    ['1.1000000', 'CNY', 110],
    ['1230', 'JPY', 1230],
    ['1230.00', 'JPY', 1230],
    ['1.234', 'KWD', 1234],
    ['90071992547409.91', 'CNY', Number.MAX_SAFE_INTEGER],
  ])('%s %s is read as %i minor units', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toEqual({ minor, currency });
  });

  test('of minus nothing is nothing', () => {
    expect(Object.is(parseAmount('-0.00', 'CNY').minor, 0)).toBe(true);
    expect(Object.is(money(-0, 'CNY').minor, 0)).toBe(true);
  });

  test.each([
    '1e3',
    '+1',
    ' 1',
    '1 ',
    '1.',
    '.5',
    '',
    '-',
    '--1',
    '1,000',
    '１２',
    '１.５',
    'NaN',
    'Infinity',
    '0x10',
    '1.2.3',
    '1\n',
    '٣',
  ])('is not read from %j', (text) => {
    expect(codeOf(text, 'CNY')).toBe('NOT_A_DECIMAL');
  });

  test.each([
    ['0.001', 'CNY'],
    ['99.999', 'CNY'],
    ['1.00000000000000000001', 'CNY'],
    ['0.1', 'JPY'],
    ['1.2345', 'KWD'],
  ])('%s %s would lose a digit and is refused', (text, currency) => {
    expect(codeOf(text, currency)).toBe('TOO_PRECISE');
  });

  test.each(['90071992547409.92', '-90071992547409.92', '999999999999999', `1${'0'.repeat(30)}`, '1'.repeat(100_000)])(
    'too large to be exact is refused',
    (text) => {
      expect(codeOf(text, 'CNY')).toBe('TOO_LARGE');
    },
  );

  test('in no currency is refused before its digits are looked at', () => {
    expect(codeOf('abc', 'RMB')).toBe('UNKNOWN_CURRENCY');
  });

  test.each([
    [1230, 'CNY', '12.30'],
    [5, 'CNY', '0.05'],
    [-5, 'CNY', '-0.05'],
    [0, 'CNY', '0.00'],
    [1230, 'JPY', '1230'],
    [-7, 'KWD', '-0.007'],
    [Number.MAX_SAFE_INTEGER, 'CNY', '90071992547409.91'],
  ])('of %i %s is shown as %s', (minor, currency, text) => {
    expect(formatAmount(money(minor, currency))).toBe(text);
  });

  test('survives being shown and read again, in every number of digits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }),
        fc.constantFrom('CNY', 'JPY', 'KWD', 'CLF'),
        (minor, currency) => {
          expect(parseAmount(formatAmount(money(minor, currency)), currency)).toEqual(money(minor, currency));
        },
      ),
    );
  });

  test.each([0.5, Number.NaN, Infinity, 2 ** 53])('of %d minor units is refused', (minor) => {
    expect(() => money(minor, 'CNY')).toThrow(RangeError);
  });
});

describe('calculating with money', () => {
  test('adds, subtracts and multiplies in minor units', () => {
    expect(add(yuan(10), yuan(20))).toEqual(yuan(30));
    expect(subtract(yuan(10), yuan(20))).toEqual(yuan(-10));
    expect(times(yuan(1999), 3)).toEqual(yuan(5997));
    expect(Object.is(times(yuan(-1), 0).minor, 0)).toBe(true);
    expect(sum([yuan(1), yuan(2), yuan(3)], 'CNY')).toEqual(yuan(6));
    expect(sum([], 'JPY')).toEqual(money(0, 'JPY'));
  });

  test('orders amounts', () => {
    expect([compare(yuan(1), yuan(2)), compare(yuan(2), yuan(2)), compare(yuan(3), yuan(2))]).toEqual([-1, 0, 1]);
    expect(min(yuan(1), yuan(2))).toEqual(yuan(1));
    expect(min(yuan(2), yuan(1))).toEqual(yuan(1));
    expect([isZero(yuan(0)), isZero(yuan(-1))]).toEqual([true, false]);
  });

  test('refuses to mix currencies', () => {
    const yen = money(1, 'JPY');
    for (const mix of [add, subtract, compare, min]) expect(() => mix(yuan(1), yen)).toThrow(CurrencyMismatchError);
    expect(() => sum([yuan(1)], 'JPY')).toThrow(CurrencyMismatchError);
  });

  test('refuses results that can no longer be exact, and fractions of a piece', () => {
    expect(() => add(yuan(Number.MAX_SAFE_INTEGER), yuan(1))).toThrow(RangeError);
    expect(() => times(yuan(Number.MAX_SAFE_INTEGER), 2)).toThrow(RangeError);
    expect(() => times(yuan(1), 0.5)).toThrow(RangeError);
    expect(() => times(yuan(1), Number.NaN)).toThrow(RangeError);
  });
});

describe('a percentage', () => {
  test.each([
    [1000, '12.5', 125],
    [999, '10', 100],
    [994, '10', 99],
    [995, '10', 100],
    [1, '50', 1],
    [-1, '50', -1],
    [100, '-12', -12],
    [333, '33.333333', 111],
    [12345, '0', 0],
    [12345, '100', 12345],
    [Number.MAX_SAFE_INTEGER, '100', Number.MAX_SAFE_INTEGER],
  ])('of %i at %s %% is %i', (minor, percent, expected) => {
    expect(percentOf(yuan(minor), percent)).toEqual(yuan(expected));
  });

  test('is exact where floating point is not: 1.005 % of 10.00 is 0.10 and of 100.00 is 1.01', () => {
    expect(percentOf(yuan(1000), '1.005')).toEqual(yuan(10));
    expect(percentOf(yuan(10_000), '1.005')).toEqual(yuan(101));
  });

  test.each(['', '10%', '1e1', ' 5', 'NaN', '.5'])('is not read from %j', (percent) => {
    expect(() => percentOf(yuan(100), percent)).toThrow(RangeError);
  });

  test('is never more than half a unit from the true value', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 10_000 }), (minor, hundredths) => {
        const percent = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
        const distance = BigInt(percentOf(yuan(minor), percent).minor) * 10_000n - BigInt(minor) * BigInt(hundredths);
        expect(distance <= 5_000n && distance >= -5_000n).toBe(true);
      }),
    );
  });
});
