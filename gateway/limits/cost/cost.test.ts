import { expect, test } from '@jest/globals';
import { buildSchema, Kind, parse } from 'graphql';
import { compileCost } from './compile-cost.ts';
import { costRulesOf } from './cost-rules.ts';
import { actualCost, estimatedCost } from './reckon-cost.ts';

const sdl = `
  directive @cost(weight: Int!) on FIELD_DEFINITION | OBJECT
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean) on FIELD_DEFINITION
  type Money { amount: String }
  type Product { id: ID! price: Money skus: [Sku!]! tags: [String!] related: [Product!] @listSize(assumedSize: 3) }
  interface Named { name: String }
  type Sku implements Named { id: ID! name: String price: Money }
  type Page { nodes: [Product!]! edges: [Edge!]! totalCount: Int }
  type Edge { node: Product }
  type Report @cost(weight: 50) { x: Int }
  type Query {
    product: Product
    products(first: Int = 20): Page
    list(first: Int!): [Product!]!
    search(limit: Int!): Page @listSize(slicingArguments: ["limit"], sizedFields: ["nodes"])
    report: Report
    heavy: Int @cost(weight: 7)
    named: Named
  }
  type Mutation { buy: Product }
`;
const schema = buildSchema(sdl);
const rules = costRulesOf(sdl);
const compiled = (text: string) => {
  const document = parse(text);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('no operation');
  return compileCost(operation, document, { schema, rules });
};

test.each<[string, string, Record<string, unknown>, number]>([
  ['scalars are free', '{ product { id tags } __typename }', {}, 1 + 1],
  ['objects cost a point each', '{ product { price { amount } } }', {}, 1 + 2],
  ['a list is assumed to have ten', '{ product { skus { id } } }', {}, 1 + 1 + 10],
  ['or what the schema assumes', '{ product { related { id } } }', {}, 1 + 1 + 3],
  [
    'a connection is as long as it is asked to be',
    '{ products(first: 5) { nodes { price { amount } } } }',
    {},
    1 + 1 + 5 * 2,
  ],
  ['by a variable', 'query($n: Int) { products(first: $n) { nodes { id } } }', { n: 7 }, 1 + 1 + 7],
  ['by its fallback', 'query($n: Int = 9) { products(first: $n) { nodes { id } } }', {}, 1 + 1 + 9],
  ['by the argument’s own default', '{ products { nodes { id } } }', {}, 1 + 1 + 20],
  ['edges count like nodes', '{ products(first: 2) { edges { node { id } } } }', {}, 1 + 1 + 2 * 2],
  ['counting alone is one point', '{ products(first: 100) { totalCount } }', {}, 1 + 1],
  ['a list that is asked for its length', '{ list(first: 4) { id } }', {}, 1 + 4],
  ['by the arguments that the schema names', '{ search(limit: 6) { nodes { id } } }', {}, 1 + 1 + 6],
  [
    'lists in lists multiply',
    '{ products(first: 10) { nodes { skus { price { amount } } } } }',
    {},
    1 + 1 + 10 * (1 + 10 * 2),
  ],
  ['a type has its weight', '{ report { x } }', {}, 1 + 50],
  ['a field has its weight', '{ heavy }', {}, 1 + 7],
  ['a mutation costs ten', 'mutation { buy { id } }', {}, 1 + 10],
  [
    'fragments count where they are spread',
    '{ product { ...P } a: product { ...P } } fragment P on Product { price { amount } }',
    {},
    1 + 2 * 2,
  ],
  ['fragments on types add up', '{ named { ... on Sku { price { amount } } } }', {}, 1 + 2],
])('%s', (_, text, variables, points) => {
  expect(estimatedCost(compiled(text), variables)).toBe(points);
});

test('an answer costs what is in it', () => {
  const nodes = compiled('{ products(first: 100) { nodes { skus { price { amount } } x: price { amount } } } }');
  const data = {
    products: {
      nodes: [
        { skus: [{ price: { amount: '1' } }, { price: null }], x: null },
        { skus: [], x: { amount: '2' } },
      ],
    },
  };
  expect(actualCost(nodes, data)).toBe(1 + 1 + 2 + 2 + 1 + 1);
  expect(actualCost(nodes, null)).toBe(1);
});
