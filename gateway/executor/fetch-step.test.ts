import { describe, expect, test } from '@jest/globals';
import type { FetchNode } from '@apollo/query-planner';
import { buildSchema, OperationTypeNode } from 'graphql';
import type { FetchAnswer } from '../supergraph/merged-query.ts';
import { compileFetch, type Run } from './fetch-step.ts';
import type { JsonObject } from './json.ts';

const schema = buildSchema(`
  type Book { id: ID! stock: Int }
  type Film { id: ID! }
  union Found = Book | Film
  type Query { found: [Found] }`);

const fetchStock: FetchNode = {
  kind: 'Fetch',
  serviceName: 'shipping',
  operation: 'query($representations:[_Any!]!){_entities(representations:$representations){...on Book{stock}}}',
  operationName: undefined,
  operationKind: OperationTypeNode.QUERY,
  requires: [
    {
      kind: 'InlineFragment',
      typeCondition: 'Book',
      selections: [
        { kind: 'Field', name: '__typename' },
        { kind: 'Field', name: 'id' },
      ],
    },
  ],
};
const step = compileFetch(schema, fetchStock, ['found', '@']);

const book = (id: string): JsonObject => ({ __typename: 'Book', id });
const film = (id: string): JsonObject => ({ __typename: 'Film', id });

/** Runs the fetch over what was found, with the subgraph's prepared answer. */
async function fetchAbout(found: readonly (JsonObject | null)[], answer: FetchAnswer | Error) {
  const asked: unknown[] = [];
  const run: Run = {
    data: { found },
    errors: [],
    variables: {},
    decisions: new Map(),
    async ask(_, variables) {
      asked.push(variables['representations']);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  await step(run);
  return { asked, found: run.data['found'], errors: run.errors as { path?: unknown; extensions: unknown }[] };
}

describe('a fetch of entities', () => {
  test('asks once for an entity that stands in several places, and tells all of them', async () => {
    const { asked, found } = await fetchAbout([book('1'), book('2'), book('1')], {
      data: { _entities: [{ stock: 5 }, { stock: 7 }] },
    });
    expect(asked).toEqual([
      [
        { __typename: 'Book', id: '1' },
        { __typename: 'Book', id: '2' },
      ],
    ]);
    expect(found).toEqual([
      { ...book('1'), stock: 5 },
      { ...book('2'), stock: 7 },
      { ...book('1'), stock: 5 },
    ]);
  });

  test('leaves out what it is not about, and names the places of an error among the rest', async () => {
    const { errors, found } = await fetchAbout([film('9'), null, book('1'), film('8'), book('2'), book('1')], {
      data: { _entities: [null, { stock: 7 }] },
      errors: [{ message: 'no stock', path: ['_entities', 0, 'stock'], extensions: { code: 'BUSY' } }],
    });
    expect(errors.map(({ path, extensions }) => ({ path, extensions }))).toEqual([
      { path: ['found', 2, 'stock'], extensions: { code: 'BUSY', serviceName: 'shipping' } },
      { path: ['found', 5, 'stock'], extensions: { code: 'BUSY', serviceName: 'shipping' } },
    ]);
    expect(found).toEqual([film('9'), null, book('1'), film('8'), { ...book('2'), stock: 7 }, book('1')]);
  });

  test('is not made when nobody needs it', async () => {
    expect((await fetchAbout([film('9'), null, { __typename: 'Book' }], { data: null })).asked).toEqual([]);
  });

  test.each([
    ['too few entities', { data: { _entities: [] } }],
    ['no list', { data: { _entities: 'all' } }],
    ['a call that breaks', new Error('broken')],
  ])('costs its own part and an error: %s', async (_, answer) => {
    const { errors, found } = await fetchAbout([book('1')], answer);
    expect(errors).toHaveLength(1);
    expect(found).toEqual([book('1')]);
  });

  test('keeps an error that names no place at the place of the fetch', async () => {
    const { errors } = await fetchAbout([book('1')], { data: null, errors: [{ message: 'away' }] });
    expect(errors[0]).toMatchObject({ path: undefined, extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } });
  });
});
