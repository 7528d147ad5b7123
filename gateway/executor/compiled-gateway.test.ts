import { composeServices } from '@apollo/composition';
import type { SupergraphSdlHook } from '@apollo/gateway';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import type { GatewayContext } from '../server/gateway-context.ts';
import { createCompiledGateway, type CompiledGateway, type OperationRequest } from './compiled-gateway.ts';
import { nastySchemas, nastySupergraph } from './fixtures/nasty-graph.ts';
import { unreliableSubgraphs } from './fixtures/unreliable-subgraphs.ts';

const viewer = anonymousViewer({ channel: 'web', locale: 'en' });
const context = { viewer, observed: { span: null } } as unknown as GatewayContext;
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const books: OperationRequest = {
  query: 'query Books($first: Int!) { books(first: $first) { id rating } }',
  operationName: null,
  variables: { first: 2 },
};
const answer = {
  data: {
    books: [
      { id: 'book_1', rating: 1 },
      { id: 'book_2', rating: 2 },
    ],
  },
};

/** A graph that composes, but in which nobody can tell the id of a node. */
function unplannable(): string {
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external"])';
  const part = (own: string, other: string) =>
    parse(`${link}
      type Query { node: Node @shareable ${own.toLowerCase()}: ${own} }
      interface Node { id: ID! }
      type ${own} implements Node @key(fields: "id") { id: ID! text: String! }
      type ${other} implements Node @key(fields: "id") { id: ID! @external ${own.toLowerCase()}s: [${own}!]! }`);
  const { supergraphSdl = '' } = composeServices([
    { name: 'notes', url: 'http://notes', typeDefs: part('Note', 'Page') },
    { name: 'pages', url: 'http://pages', typeDefs: part('Page', 'Note') },
  ]);
  return supergraphSdl;
}

describe('the compiled gateway', () => {
  let gateway: CompiledGateway;
  let update: (supergraphSdl: string) => void;
  let calls: number;
  let hold: Promise<void> | null;
  /** As Apollo Server would execute it. */
  let byApollo: (request: OperationRequest) => Promise<unknown>;

  beforeEach(async () => {
    calls = 0;
    hold = null;
    const subgraphs = unreliableSubgraphs(nastySchemas(), 1, { errors: 0, rubbish: 0, outages: 0 });
    const supergraphSdl: SupergraphSdlHook = async (options) => {
      ({ update } = options);
      return { supergraphSdl: nastySupergraph() };
    };
    gateway = createCompiledGateway({
      supergraphSdl,
      logger,
      async ask(fetch, variables) {
        calls += 1;
        await hold;
        return subgraphs(fetch, { ...variables });
      },
    });
    let schema: unknown;
    gateway.gateway.onSchemaLoadOrUpdate((loaded) => (schema = loaded.apiSchema));
    const { executor } = await gateway.gateway.load({ apollo: {} });
    byApollo = async ({ query, operationName, variables }) => {
      const request = { query, variables, ...(operationName === null ? {} : { operationName }) };
      const shared = { document: parse(query), queryHash: query, source: query, metrics: {}, context, schema };
      return JSON.parse(JSON.stringify(await executor?.({ request, ...shared } as never))) as unknown;
    };
  });

  test('leaves an operation to Apollo the first time, and answers it itself from then on', async () => {
    expect(gateway.execute(books, context)).toBeNull();
    expect(await byApollo(books)).toEqual(answer);
    expect(await gateway.execute(books, context)).toEqual(answer);
    expect(await byApollo(books)).toEqual(answer);
    expect(calls).toBe(6);
  });

  test('answers an operation itself the first time that was planned before anybody came, by its name and without', async () => {
    await gateway.warmUp([books.query, 'query One { shop { id } } query Two { me { id } }']);
    expect(calls).toBe(0);
    for (const operationName of [null, 'Books']) {
      expect(await gateway.execute({ ...books, operationName }, context)).toEqual(answer);
    }
  });

  test("tells of a document that Apollo's planner fails on, and plans the others ahead", async () => {
    const told: unknown[] = [];
    const careful = createCompiledGateway({
      supergraphSdl: unplannable(),
      logger: { ...logger, error: (message?: unknown) => void told.push(message) },
      ask: async () => ({ data: { note: { text: 'x' } } }),
    });
    await careful.gateway.load({ apollo: {} });
    const plannable = { query: '{ note { text } }', operationName: null, variables: {} };
    await careful.warmUp(['{ node { id } }', plannable.query]);
    expect(told).toEqual([expect.stringMatching(/^a document could not be planned ahead: /)]);
    expect(await careful.execute(plannable, context)).toEqual({ data: { note: { text: 'x' } } });
    await careful.gateway.stop();
  });

  test('leaves variables that the operation does not take to Apollo, and asks nobody', async () => {
    await byApollo(books);
    calls = 0;
    for (const variables of [{}, { first: 'two' }, { first: null }]) {
      expect(gateway.execute({ ...books, variables }, context)).toBeNull();
    }
    expect(calls).toBe(0);
  });

  test('knows the operations of a document by their names', async () => {
    const query = 'query One { shop { id } } query Two { me { id } }';
    await byApollo({ query, operationName: 'One', variables: {} });
    expect(await gateway.execute({ query, operationName: 'One', variables: {} }, context)).toEqual({
      data: { shop: { id: 'shop_1' } },
    });
    expect(gateway.execute({ query, operationName: 'Two', variables: {} }, context)).toBeNull();
  });

  test('leaves questions for the schema to Apollo', async () => {
    const schemaQuestion = { query: '{ __type(name: "Book") { name } }', operationName: null, variables: {} };
    expect(await byApollo(schemaQuestion)).toEqual({ data: { __type: { name: 'Book' } } });
    expect(gateway.execute(schemaQuestion, context)).toBeNull();
  });

  test('finishes what is under way when a new supergraph comes, and begins anew with it', async () => {
    await byApollo(books);
    let letGo = () => {};
    hold = new Promise((resolve) => (letGo = resolve));
    const underWay = gateway.execute(books, context);
    update(`${nastySupergraph()}\n# changed`);
    expect(gateway.execute(books, context)).toBeNull();
    letGo();
    expect(await underWay).toEqual(answer);
    expect(await byApollo(books)).toEqual(answer);
    expect(await gateway.execute(books, context)).toEqual(answer);
  });
});
