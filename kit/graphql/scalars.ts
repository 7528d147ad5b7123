import { GraphQLScalarType, Kind } from 'graphql';
import { isCurrency } from '#kit/money/money.ts';
import { badInput } from './errors.ts';

/**
 * A plain decimal as a string, e.g. `"12.30"`: what a float can't hold without loss. Up to 30 digits on each side of
 * the point, no exponent. Numbers are read too, as long as their text is exact (at most 15 significant digits); `12.30`
 * in a document keeps its own digits.
 */
export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: 'A plain decimal as a string, such as "12.30".',
  serialize: (value) => {
    if (typeof value !== 'string' || !isDecimal(value))
      throw new TypeError('a resolver returned no decimal text for a Decimal');
    return value;
  },
  parseValue: (value) => {
    if (typeof value === 'string') return readDecimal(value);
    if (typeof value !== 'number') throw notADecimal();
    const text = String(value);
    if (!isDecimal(text) || text.replace(/\D/g, '').replace(/^0+/, '').length > 15) {
      throw badInput('This number is not exact. Send the Decimal as a string, such as "12.30".');
    }
    return text;
  },
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING && node.kind !== Kind.INT && node.kind !== Kind.FLOAT) throw notADecimal();
    return readDecimal(node.value);
  },
});

function isDecimal(text: string): boolean {
  return /^-?\d{1,30}(\.\d{1,30})?$/.test(text);
}

function readDecimal(text: string): string {
  if (!isDecimal(text)) throw notADecimal();
  return text;
}

function notADecimal() {
  return badInput('A Decimal is digits with an optional point, such as "12.30": no exponent, no spaces, no plus sign.');
}

/** An ISO 4217 code in upper case, e.g. `CNY`. */
export const CurrencyCode = new GraphQLScalarType<string, string>({
  name: 'CurrencyCode',
  description: 'An ISO 4217 currency code, such as CNY.',
  serialize: (value) => {
    if (typeof value !== 'string' || !isCurrency(value))
      throw new TypeError('a resolver returned no currency for a CurrencyCode');
    return value;
  },
  parseValue: readCurrency,
  parseLiteral: (node) => readCurrency(node.kind === Kind.STRING ? node.value : null),
});

function readCurrency(value: unknown): string {
  if (typeof value !== 'string' || !isCurrency(value)) {
    throw badInput('A CurrencyCode is an ISO 4217 code in upper case, such as "CNY".');
  }
  return value;
}

/**
 * An instant. Read from RFC 3339 text with any offset, written in UTC with milliseconds: `2026-11-22T13:45:00.000Z`.
 */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant as RFC 3339 text, such as 2026-11-22T13:45:00.000Z.',
  serialize: (value) => {
    if (!(value instanceof Date) || Number.isNaN(value.getTime()))
      throw new TypeError('a resolver returned no Date for a DateTime');
    return value.toISOString();
  },
  parseValue: readInstant,
  parseLiteral: (node) => readInstant(node.kind === Kind.STRING ? node.value : null),
});

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/i;

function readInstant(value: unknown): Date {
  const parts = typeof value === 'string' ? rfc3339.exec(value) : null;
  if (parts === null) throw notAnInstant();
  const numbers = parts.slice(1, 7).map(Number);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const milliseconds = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, milliseconds);
  // Date rolls 30 February over to March; an instant whose parts changed was none.
  const kept = [
    local.getUTCFullYear(),
    local.getUTCMonth() + 1,
    local.getUTCDate(),
    local.getUTCHours(),
    local.getUTCMinutes(),
    local.getUTCSeconds(),
  ];
  const offsetHours = Number(parts[9] ?? 0);
  const offsetMinutes = Number(parts[10] ?? 0);
  if (kept.some((part, index) => part !== numbers[index]) || offsetHours > 23 || offsetMinutes > 59)
    throw notAnInstant();
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  const instant = new Date(local.getTime() - (parts[8] === '-' ? -offset : offset));
  // An offset may carry 0000-01-01 or 9999-12-31 over the edge, to a year that can't be written back.
  if (instant.getUTCFullYear() < 0 || instant.getUTCFullYear() > 9999) throw notAnInstant();
  return instant;
}

function notAnInstant() {
  return badInput('A DateTime is RFC 3339 text with an offset, such as "2026-11-22T13:45:00Z".');
}

/** Free-form data for a client's SDK. For answers only: accepting it would let any shape past the schema. */
export const JSONScalar = new GraphQLScalarType<never, unknown>({
  name: 'JSON',
  description: 'Any JSON value. For answers only.',
  serialize: (value) => value,
  parseValue: () => {
    throw badInput('JSON values are not accepted as input.');
  },
  parseLiteral: () => {
    throw badInput('JSON values are not accepted as input.');
  },
});

/** The resolvers of every shared scalar, by its name in the schema. */
export const scalarResolvers = { Decimal, CurrencyCode, DateTime, JSON: JSONScalar };
