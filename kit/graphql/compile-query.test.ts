import { describe, expect, test } from '@jest/globals';
import { execute, parse, validate } from 'graphql';
import { buildGuardedSchema } from './build-schema.ts';
import { compileQuery } from './compile-query.ts';
import { badInput } from './errors.ts';
import { scalarResolvers } from './scalars.ts';

/** Whatever a subgraph's schema may hold, with parents that hold values, promises and functions. */
const directives = `
  directive @public on FIELD_DEFINITION
  directive @key(fields: String!) repeatable on OBJECT | INTERFACE
`;
const typeDefs = `
  ${directives}
  scalar Decimal
  scalar DateTime
  enum Colour { RED GREEN }
  input Wish { colour: Colour = GREEN  sizes: [Int!]  limit: Decimal }
  interface Named { name: String! }
  type Shelf implements Named { name: String!  things(first: Int!): ThingConnection!  best: Thing  kept: [Thing!]! }
  type ThingConnection { nodes: [Thing!]!  totalCount: Int!  facets: [Facet!]! }
  type Facet { label: String!  counts: [Int!]! }
  type Thing implements Named @key(fields: "id") { id: ID!  name: String!  price: Decimal  madeAt: DateTime  colour: Colour!  echo(wish: Wish): String!  shelf: Shelf  sore: Int  strict: Int! }
  union Either = Shelf | Thing
  type Query {
    shelf(name: String!): Shelf @public
    either: [Either]! @public
    named: [Named!]! @public
  }
`;

interface Thing {
  readonly __typename: 'Thing';
  readonly id: string;
  readonly name: string;
  readonly price: string | null;
  readonly madeAt: Date;
  readonly colour: string;
}

const thing = (id: string): Thing => ({
  ...{ __typename: 'Thing', id, name: `thing ${id}`, price: id === 'b' ? null : '1.50' },
  ...{ madeAt: new Date('2026-06-18T04:00:00Z'), colour: id === 'b' ? 'RED' : 'GREEN' },
});
const things = ['a', 'b', 'c'].map(thing);
const shelf = {
  ...{ __typename: 'Shelf', name: 'top' },
  best: Promise.resolve(thing('a')),
  kept: () => things,
};

const resolvers = {
  ...{ Decimal: scalarResolvers.Decimal, DateTime: scalarResolvers.DateTime },
  Query: {
    shelf: (_: unknown, { name }: { name: string }) => (name === 'top' ? shelf : null),
    either: async () => [shelf, thing('a'), null],
    named: () => [thing('c'), shelf],
  },
  Shelf: {
    things: async (_: unknown, { first }: { first: number }) => ({
      nodes: things.slice(0, first),
      totalCount: async () => things.length,
      facets: async () => [{ label: 'colour', counts: [2, 1] }],
    }),
  },
  Thing: {
    __resolveReference: async ({ id }: { id: string }) => {
      if (id === 'broken') throw badInput('broken');
      return id === 'none' ? null : thing(id);
    },
    echo: (_: unknown, args: object) => JSON.stringify(args),
    shelf: () => Promise.resolve(shelf),
    sore: ({ id }: Thing) => {
      if (id === 'b') throw badInput('sore');
      return 1;
    },
    strict: ({ id }: Thing) => (id === 'b' ? null : 1),
  },
};

const schema = buildGuardedSchema(typeDefs, resolvers);
const entities =
  'query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Thing { id name price } } }';
const of = (...ids: string[]) => ({ of: ids.map((id) => ({ __typename: 'Thing', id })) });

/** What graphql-js answers and what was compiled does, as JSON. */
async function bothWays(text: string, variables: Record<string, unknown> = {}) {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const stock = await execute({ schema, document, variableValues: variables, contextValue: {} });
  const compiled = compileQuery(schema, document, null);
  const ours = compiled === null ? null : await compiled({}, variables);
  return { stock: JSON.stringify(stock), ours: ours === null ? null : JSON.stringify(ours) };
}

describe('a compiled query answers as graphql-js does', () => {
  test.each([
    ['values', '{ shelf(name: "top") { name } }'],
    ['null for what is not there', '{ shelf(name: "bottom") { name best { id } } }'],
    ['promises and functions in a parent', '{ shelf(name: "top") { best { id price } kept { id } } }'],
    [
      'a connection',
      '{ shelf(name: "top") { things(first: 2) { totalCount nodes { id name } facets { label counts } } } }',
    ],
    ['scalars and enums', '{ shelf(name: "top") { kept { price madeAt colour } } }'],
    [
      'aliases and the same field twice',
      '{ one: shelf(name: "top") { n: name name best { id } best { name } } two: shelf(name: "x") { name } }',
    ],
    [
      'arguments with defaults',
      '{ shelf(name: "top") { kept { none: echo  empty: echo(wish: {})  full: echo(wish: { colour: RED, sizes: [1, 2], limit: "2.50" }) } } }',
    ],
    [
      'fragments on types and interfaces',
      'fragment N on Named { name } { either { __typename ...N ... on Thing { id shelf { ...N } } ... on Shelf { kept { ...N } } } named { ...N __typename } }',
    ],
    ['a field within itself', '{ shelf(name: "top") { best { shelf { best { shelf { name best { id } } } } } } }'],
  ])('with %s', async (_, text) => {
    const { stock, ours } = await bothWays(text);
    expect(stock).not.toContain('errors');
    expect(ours).toBe(stock);
  });

  test.each([
    [{ wish: { sizes: [1] } }],
    [{ wish: { colour: 'RED', limit: 3 } }],
    [{ wish: null }],
    [{}],
    [{ first: 1, name: 'none' }],
  ])('with the variables %j', async (variables) => {
    const text = `query ($name: String = "top", $first: Int = 3, $wish: Wish) {
      shelf(name: $name) { things(first: $first) { nodes { id echo(wish: $wish) } } }
    }`;
    const { stock, ours } = await bothWays(text, variables);
    expect(stock).not.toContain('errors');
    expect(ours).toBe(stock);
  });

  test('with entities, those that are not there among them', async () => {
    const { stock, ours } = await bothWays(entities, of('a', 'none', 'b'));
    expect(ours).toBe(stock);
    expect(ours).toContain('null');
  });

  test('with entities at hand, at once', () => {
    const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Here { id } } }';
    const here = buildGuardedSchema(
      `${directives} type Here @key(fields: "id") { id: ID! } type Query { one: Int @public }`,
      {
        Query: { one: () => 1 },
      },
    );
    const compiled = compileQuery(here, parse(query), null);
    expect(compiled?.({}, { of: [{ __typename: 'Here', id: 'a' }] })).toEqual({ data: { _entities: [{ id: 'a' }] } });
  });
});

describe('a compiled query leaves to graphql-js', () => {
  test.each([
    ['an error in a field', '{ shelf(name: "top") { kept { id sore } } }', {}],
    ['a null where a value is promised', '{ shelf(name: "top") { kept { id strict } } }', {}],
    ['an entity that fails among others', entities, of('a', 'broken', 'b')],
    ['an entity of no type', entities, { of: [{ __typename: 'Nothing', id: 'a' }] }],
    ['a variable outside its type', 'query ($n: String!) { shelf(name: $n) { name } }', { n: { $gt: '' } }],
    [
      'a variable that is not given, may not be null and has a default',
      'query ($n: String! = "top") { shelf(name: $n) { name } }',
      {},
    ],
    ['a missing variable', 'query ($n: String!) { shelf(name: $n) { name } }', {}],
    [
      'a number beyond its type',
      'query ($f: Int!) { shelf(name: "top") { things(first: $f) { totalCount } } }',
      { f: 1.5 },
    ],
    ['conditions', 'query ($yes: Boolean! = true) { shelf(name: "top") { name @include(if: $yes) } }', {}],
  ])('%s', async (_, text, variables) => {
    expect((await bothWays(text, variables)).ours).toBeNull();
  });

  test('a mutation, which must not run twice', () => {
    expect(compileQuery(schema, parse('mutation { anything }'), null)).toBeNull();
  });
});
