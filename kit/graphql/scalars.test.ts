import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  graphql,
  GraphQLObjectType,
  GraphQLSchema,
  type ExecutionResult,
  type GraphQLScalarType,
} from 'graphql';
import { CurrencyCode, DateTime, Decimal, scalarResolvers } from './scalars.ts';

/** A graph that gives back what it was given, as the resolver saw it. */
function echo(scalar: GraphQLScalarType, answer: (value: unknown) => unknown = (value) => value): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        echo: { type: scalar, args: { value: { type: scalar } }, resolve: (_parent, { value }) => answer(value) },
      },
    }),
  });
}

const asLiteral = (scalar: GraphQLScalarType, literal: string): Promise<ExecutionResult> =>
  graphql({ schema: echo(scalar), source: `{ echo(value: ${literal}) }` });

const asVariable = (scalar: GraphQLScalarType, value: unknown): Promise<ExecutionResult> =>
  graphql({
    schema: echo(scalar),
    source: `query ($value: ${scalar.name}) { echo(value: $value) }`,
    variableValues: { value },
  });

const codes = (result: ExecutionResult): unknown[] => (result.errors ?? []).map((error) => error.extensions['code']);

describe('Decimal', () => {
  test.each([
    ['12.30', '12.30'],
    ['-0.05', '-0.05'],
    ['0', '0'],
    ['123456789012345678901234567890.123456789', '123456789012345678901234567890.123456789'],
    [12.3, '12.3'],
    [7, '7'],
    [-5, '-5'],
    [0.1, '0.1'],
    [999999999999999, '999999999999999'],
  ])('reads the variable %j exactly', async (value, text) => {
    expect(await asVariable(Decimal, value)).toEqual({ data: { echo: text } });
  });

  test.each([
    ['"12.30"', '12.30'],
    ['12.30', '12.30'],
    ['12', '12'],
    ['12345678901234567890', '12345678901234567890'],
  ])('reads the literal %s digit by digit', async (literal, text) => {
    expect(await asLiteral(Decimal, literal)).toEqual({ data: { echo: text } });
  });

  test.each([
    '1e3',
    '+1',
    ' 1',
    '1.',
    '.5',
    '１２',
    '',
    'NaN',
    '1'.repeat(31),
    0.1 + 0.2,
    1e21,
    2 ** 53,
    1e-7,
    true,
    {},
    { $gt: 0 },
    [],
    ['1'],
  ])('refuses the variable %j as BAD_USER_INPUT', async (value) => {
    expect(codes(await asVariable(Decimal, value))).toEqual(['BAD_USER_INPUT']);
  });

  test.each(['1e3', 'true', 'ENUM', '{}', '[1]', '" 1"'])(
    'refuses the literal %s as BAD_USER_INPUT',
    async (literal) => {
      expect(codes(await asLiteral(Decimal, literal))).toEqual(['BAD_USER_INPUT']);
    },
  );

  test('is never made from a float by a resolver', async () => {
    const result = await graphql({ schema: echo(Decimal, () => 12.3), source: '{ echo }' });
    expect(result.errors?.[0]?.message).toBe('a resolver returned no decimal text for a Decimal');
  });
});

describe('CurrencyCode', () => {
  test('reads ISO 4217 codes', async () => {
    expect(await asVariable(CurrencyCode, 'CNY')).toEqual({ data: { echo: 'CNY' } });
    expect(await asLiteral(CurrencyCode, '"JPY"')).toEqual({ data: { echo: 'JPY' } });
  });

  test.each(['cny', 'RMB', '', 7, false, {}, ['CNY']])('refuses %j as BAD_USER_INPUT', async (value) => {
    expect(codes(await asVariable(CurrencyCode, value))).toEqual(['BAD_USER_INPUT']);
  });

  test('is a string, not an enum value', async () => {
    expect(codes(await asLiteral(CurrencyCode, 'CNY'))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('DateTime', () => {
  test.each([
    ['2026-11-22T13:45:00Z', '2026-11-22T13:45:00.000Z'],
    ['2026-11-22T21:45:00+08:00', '2026-11-22T13:45:00.000Z'],
    ['2026-11-22T08:15:00.5-05:30', '2026-11-22T13:45:00.500Z'],
    ['2026-11-22T13:45:00.123999Z', '2026-11-22T13:45:00.123Z'],
    ['2024-02-29T00:00:00z', '2024-02-29T00:00:00.000Z'],
    ['2026-01-01t00:00:00+00:30', '2025-12-31T23:30:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s and writes it in UTC with milliseconds', async (text, written) => {
    expect(await asVariable(DateTime, text)).toEqual({ data: { echo: written } });
    expect(await asLiteral(DateTime, `"${text}"`)).toEqual({ data: { echo: written } });
  });

  test.each([
    '2026-11-22',
    '2026-11-22T13:45:00',
    '2026-11-22 13:45:00Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T23:59:60Z',
    '2026-11-22T13:45:00+24:00',
    '2026-11-22T13:45:00+08:60',
    '2026-11-22T13:45:00+0800',
    '9999-12-31T23:59:59-01:00',
    '0000-01-01T00:00:00+01:00',
    '+012026-01-01T00:00:00Z',
    'tomorrow',
    '',
    1_795_355_100_000,
    { $gt: '' },
  ])('refuses %j as BAD_USER_INPUT', async (value) => {
    expect(codes(await asVariable(DateTime, value))).toEqual(['BAD_USER_INPUT']);
  });

  test.each(['2026-11-22T13:45:00Z', new Date(Number.NaN), 7])('is not made from %j by a resolver', async (parent) => {
    const result = await graphql({ schema: echo(DateTime, () => parent), source: '{ echo }' });
    expect(result.errors?.[0]?.message).toBe('a resolver returned no Date for a DateTime');
  });
});

describe('JSON', () => {
  test('is shown as it is', async () => {
    const schema = echo(scalarResolvers.JSON, () => ({ appId: 'wx1', nested: [1, null] }));
    expect(await graphql({ schema, source: '{ echo }' })).toEqual({
      data: { echo: { appId: 'wx1', nested: [1, null] } },
    });
  });

  test('is never input', async () => {
    expect(codes(await asVariable(scalarResolvers.JSON, { $where: '1' }))).toEqual(['BAD_USER_INPUT']);
    expect(codes(await asLiteral(scalarResolvers.JSON, '{a: 1}'))).toEqual(['BAD_USER_INPUT']);
  });
});

test('every scalar stands under its name in the schema', () => {
  const schema = buildSchema('scalar Decimal scalar CurrencyCode scalar DateTime scalar JSON type Query { a: JSON }');
  for (const [name, scalar] of Object.entries(scalarResolvers)) {
    expect(scalar.name).toBe(name);
    expect(schema.getType(name)).toBeDefined();
  }
});
