import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { loadSharedTypeDefs } from '#kit/graphql/type-defs.ts';
import { breakingChanges } from './breaking-changes.ts';
import { composeGraph } from './compose-graph.ts';
import { invalidDocuments, type RegisteredDocuments } from './registered-documents.ts';
import type { SubgraphSdl } from './subgraph-sdl.ts';

const subgraph = (name: SubgraphSdl['name'], sdl: string): SubgraphSdl => ({
  name,
  document: parse(`${loadSharedTypeDefs()}\n${sdl}`),
});
const product = subgraph(
  'product',
  `type Sku @key(fields: "id") { id: ID! code: String! cost: Int @requiresScopes(scopes: [["supplier:cost"]]) }
   type Query { sku(id: ID!): Sku @public }`,
);
const logistics = subgraph(
  'logistics',
  `type Sku @key(fields: "id") { id: ID! stock: Int }
   type Mutation { receive(quantity: Int!): Boolean @requiresScopes(scopes: [["stock:write"]]) }
   extend type Query { warehouses: [String!]! @public }`,
);

describe('composition', () => {
  test('joins the subgraphs and keeps the rules in a table, out of the supergraph', () => {
    const { supergraphSdl, api, rules } = composeGraph([product, logistics]);
    expect(
      Object.keys((api.getType('Sku') as { getFields(): object } | undefined)?.getFields() ?? {}).toSorted(),
    ).toEqual(['code', 'cost', 'id', 'stock']);
    expect(rules).toEqual({
      'Mutation.receive': { kind: 'SCOPES', anyOf: [['stock:write']] },
      'Query.sku': { kind: 'PUBLIC' },
      'Query.warehouses': { kind: 'PUBLIC' },
      'Sku.cost': { kind: 'SCOPES', anyOf: [['supplier:cost']] },
    });
    expect(supergraphSdl).not.toMatch(/requiresScopes|@authenticated|@public/);
    expect(api.getQueryType()?.getFields()).not.toHaveProperty('_entities');
  });

  test.each([
    [
      'a field that two subgraphs own',
      subgraph('order', 'type Sku @key(fields: "id") { id: ID! code: String! } type Query { a: Int @public }'),
      'Sku.code',
    ],
    ['a type in two forms', subgraph('order', 'type Sku { name: Int } type Query { a: Int @public }'), 'Sku'],
    ['a field without a rule', subgraph('order', 'type Query { a: Int }'), 'Query.a has no access rule'],
  ])('refuses %s, naming it', (_, other, message) => {
    expect(() => composeGraph([product, other])).toThrow(message);
  });

  test('refuses a shared field with two rules', () => {
    const shared = (rule: string) => `type Query { now: Int @shareable ${rule} }`;
    const both = [subgraph('product', shared('@public')), subgraph('order', shared('@authenticated'))];
    expect(() => composeGraph(both)).toThrow('Query.now has one rule in product and another in order');
  });
});

const documents = (text: string): RegisteredDocuments[] => [{ folder: 'e2e', document: parse(text) }];

test('a client document that asks for what is not there is named with its line', () => {
  const { api } = composeGraph([product, logistics]);
  expect(invalidDocuments(api, documents('{ sku(id: "1") { code } }'))).toEqual([]);
  expect(invalidDocuments(api, documents('{\n sku(id: "1") { kode } }'))).toEqual([
    'GraphQL request:2: Cannot query field "kode" on type "Sku". Did you mean "code"?',
  ]);
});

describe('a breaking change', () => {
  const before = `input Filter { text: String } enum Sort { NEW OLD } type Query { list(filter: Filter, sort: Sort): String! other: Int }`;
  const query = 'query($filter: Filter) { list(filter: $filter) }';

  test.each<[string, string, string, boolean]>([
    ['a removed field', before.replace('list(filter: Filter, sort: Sort): String!', 'lists: Int'), query, true],
    ['a removed field that nobody asks for', before.replace('other: Int', ''), query, false],
    ['an answer that may be null now', before.replace('String!', 'String'), query, true],
    ['a removed argument that nobody gives', before.replace(', sort: Sort', ''), query, true],
    ['a new required part of an input', before.replace('text: String', 'text: String more: Int!'), query, true],
    [
      'a new required part of an input that nobody sends',
      before.replace('text: String', 'text: String more: Int!'),
      '{ list }',
      false,
    ],
    ['a removed value of an enum that nobody sends', before.replace('NEW OLD', 'NEW'), query, false],
    [
      'a removed value of an enum that somebody sends',
      before.replace('NEW OLD', 'NEW'),
      'query($s: Sort) { list(sort: $s) }',
      true,
    ],
  ])('%s', async (_, after, text, used) => {
    const changes = await breakingChanges(buildSchema(before), buildSchema(after), documents(text));
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.some((change) => change.used)).toBe(used);
  });
});
