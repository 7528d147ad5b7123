import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, type GraphQLSchema, Kind, parse } from 'graphql';
import type { CacheHints } from '#kit/graphql/cache-hints.ts';
import { readManifests } from '../documents/read-manifests.ts';
import { readGraph } from '../supergraph/read-graph.ts';
import { apiSchemaOf } from '../variants/api-schema.ts';
import { compileMaxAge } from './cache-policy.ts';

const schema = buildSchema(`
  interface Item { id: ID! price: Money }
  type Book implements Item { id: ID! price: Money title: String owner: Member }
  type Film implements Item { id: ID! price: Money }
  type Money { amount: String }
  type Member { name: String }
  union Found = Book | Film
  type Query { book: Book item: Item found: Found now: String hello: String }
  type Mutation { buy: Book }
`);
const hints: CacheHints = {
  'Query.book': 60,
  'Query.now': 10,
  Book: 'INHERITED',
  Film: 5,
  Money: 'INHERITED',
  'Film.price': 0,
};

function ageOf(text: string, graph: { schema: GraphQLSchema; hints: CacheHints } = { schema, hints }) {
  const document = parse(text);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('no operation');
  return compileMaxAge(operation, document, graph);
}

describe('how long an answer holds', () => {
  test.each([
    ['what its only root says', '{ book { title } }', 60],
    ['the smallest of several', '{ book { title } now }', 10],
    ['as its whole where a part inherits', '{ book { price { amount } __typename } }', 60],
    ['what a fragment’s field says', '{ book { title } ...F } fragment F on Query { now }', 10],
    ['what the most careful type of an interface says', '{ item { id } }', 5],
    ['what the most careful type of a union says', '{ found { __typename } }', 5],
    ['what a type’s field says where an interface is selected', '{ item { price { amount } } }', 0],
    ['what may be left out as well', '{ book { title } now @skip(if: true) }', 10],
    ['no time at all where everything inherits', '{ __typename }', 0],
  ])('%s', (_, query, age) => {
    expect(ageOf(query)).toBe(age);
  });

  test.each([
    ['an object that says nothing', '{ book { owner { name } } }'],
    ['a field of the root that says nothing', '{ book { title } hello }'],
    ['a mutation', 'mutation { buy { title } }'],
    ['a question for the schema', '{ __schema { description } }'],
  ])('is nobody’s to decide with %s', (_, query) => {
    expect(ageOf(query)).toBeNull();
  });
});

test('of our registered documents, exactly those about the catalogue may be kept, and prices, offers and stock are asked for each time', async () => {
  const folder = join(import.meta.dirname, '..', '..', 'schema');
  const { supergraphSdl, cacheHints = {} } = await readGraph(folder);
  const graph = { schema: apiSchemaOf(supergraphSdl), hints: cacheHints };
  const kept = new Map<string, number>();
  for (const text of await readManifests(join(folder, 'persisted-documents'))) {
    // A text of several operations holds what stands alone in others.
    const operations = parse(text).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const [operation] = operations;
    if (operations.length !== 1 || operation?.name === undefined) continue;
    const age = ageOf(text, graph);
    if (age !== null) kept.set(operation.name.value, age);
  }
  expect(Object.fromEntries(kept)).toEqual({
    CategoryTree: 60,
    FlashSales: 0,
    Presale: 0,
    Presales: 0,
    ProductPage: 0,
    Storefront: 0,
  });
});
