import { currencyDigits, isCurrency } from './currency.ts';

export { currencyDigits, isCurrency };

/** An amount in integer minor units of an ISO 4217 currency: ¥12.30 is `{ minor: 1230, currency: 'CNY' }`. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

/** Why a text is not an amount. `TOO_PRECISE`: a non-zero digit below the currency's minor unit would be lost. */
export type AmountErrorCode = 'NOT_A_DECIMAL' | 'TOO_PRECISE' | 'TOO_LARGE' | 'UNKNOWN_CURRENCY';

/** Thrown by `parseAmount` only; the caller turns it into a typed refusal. */
export class AmountError extends Error {
  readonly code: AmountErrorCode;

  constructor(code: AmountErrorCode, message: string) {
    super(message);
    this.name = 'AmountError';
    this.code = code;
  }
}

/** Two amounts of different currencies met in one calculation: a mistake of the program, never of the shopper. */
export class CurrencyMismatchError extends Error {
  readonly expected: string;
  readonly given: string;

  constructor(expected: string, given: string) {
    super(`an amount in ${given} met an amount in ${expected}`);
    this.name = 'CurrencyMismatchError';
    this.expected = expected;
    this.given = given;
  }
}

/** Builds an amount from minor units. RangeError unless `minor` is a safe integer and the currency is known. */
export function money(minor: number, currency: string): Money {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${minor} is not a safe integer of minor units`);
  if (!isCurrency(currency)) throw new RangeError(`${JSON.stringify(currency)} is not an ISO 4217 currency`);
  // Adding 0 turns -0 into 0, which would otherwise be unequal to 0 in deep comparisons.
  return { minor: minor + 0, currency };
}

/**
 * Reads a plain decimal such as `12.3`, exactly. ASCII digits with an optional leading minus only: no exponent, plus
 * sign, space, bare dot or full-width digit. Zeros below the minor unit are accepted, other digits there are
 * `TOO_PRECISE`.
 */
export function parseAmount(amount: string, currency: string): Money {
  if (!isCurrency(currency)) throw new AmountError('UNKNOWN_CURRENCY', `${JSON.stringify(currency)} is no currency`);
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (parts === null) throw new AmountError('NOT_A_DECIMAL', 'an amount is a plain decimal such as 12.30');
  const [, sign = '', whole = '', fraction = ''] = parts;
  if (whole.length > 15) throw new AmountError('TOO_LARGE', 'an amount has at most 15 digits before the point');
  const digits = currencyDigits(currency);
  if (/[1-9]/.test(fraction.slice(digits))) {
    throw new AmountError('TOO_PRECISE', `${currency} has ${digits} digits after the point`);
  }
  const minor = Number(sign + whole + fraction.slice(0, digits).padEnd(digits, '0'));
  if (!Number.isSafeInteger(minor)) throw new AmountError('TOO_LARGE', 'the amount is larger than can be kept exactly');
  return money(minor, currency);
}

/** The amount as a plain decimal with all of the currency's digits: `12.30`, JPY `1230`, `-0.05`. */
export function formatAmount(value: Money): string {
  const digits = currencyDigits(value.currency);
  const sign = value.minor < 0 ? '-' : '';
  const text = String(Math.abs(value.minor)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function sameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new CurrencyMismatchError(a.currency, b.currency);
}

/** a + b. CurrencyMismatchError across currencies, RangeError beyond safe integers. */
export function add(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return money(a.minor + b.minor, a.currency);
}

/** a − b; the result may be negative. CurrencyMismatchError across currencies, RangeError beyond safe integers. */
export function subtract(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return money(a.minor - b.minor, a.currency);
}

/** The price of `quantity` pieces. RangeError unless the quantity is a safe integer and the product too. */
export function times(value: Money, quantity: number): Money {
  if (!Number.isSafeInteger(quantity)) throw new RangeError(`${quantity} is not a whole quantity`);
  return money(value.minor * quantity, value.currency);
}

/** Σ list in `currency`, zero for an empty list. CurrencyMismatchError when a member has another currency. */
export function sum(list: readonly Money[], currency: string): Money {
  return list.reduce(add, money(0, currency));
}

/** −1, 0 or 1 as a is less than, equal to or greater than b. CurrencyMismatchError across currencies. */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b);
  if (a.minor === b.minor) return 0;
  return a.minor < b.minor ? -1 : 1;
}

/** Whether nothing is owed either way. */
export function isZero(value: Money): boolean {
  return value.minor === 0;
}

/** The smaller of two amounts. CurrencyMismatchError across currencies. */
export function min(a: Money, b: Money): Money {
  return compare(a, b) <= 0 ? a : b;
}

/**
 * `percent` % of the amount, e.g. `percentOf(m, '12.5')`, exact before one rounding to the minor unit. Halves are
 * rounded away from zero (half up for amounts ≥ 0), so that the percentage of a refund mirrors that of the charge.
 * RangeError unless `percent` is a plain decimal.
 */
export function percentOf(value: Money, percent: string): Money {
  const parts = /^(-?)(\d{1,15})(?:\.(\d{1,15}))?$/.exec(percent);
  if (parts === null) throw new RangeError(`${JSON.stringify(percent)} is not a plain decimal percentage`);
  const [, sign = '', whole = '', fraction = ''] = parts;
  const product = BigInt(value.minor) * BigInt(sign + whole + fraction);
  const divisor = 100n * 10n ** BigInt(fraction.length);
  const magnitude = product < 0n ? -product : product;
  const rounded = (2n * magnitude + divisor) / (2n * divisor);
  return money(Number(product < 0n ? -rounded : rounded), value.currency);
}
