import { ApolloGateway } from '@apollo/gateway';
import { describe, expect, test } from '@jest/globals';
import { GraphQLError, parse, validate, type DocumentNode } from 'graphql';
import { internalsOf } from './apollo-internals.ts';
import { compileOperation, type Executed, type PlannedOperation } from './compile-operation.ts';
import { chanceOf } from './fixtures/chance.ts';
import { generateOperation, type GeneratedOperation } from './fixtures/generate-operation.ts';
import { nastySchemas, nastySupergraph } from './fixtures/nasty-graph.ts';
import { unreliableSubgraphs, type Unreliability } from './fixtures/unreliable-subgraphs.ts';
import type { Run } from './fetch-step.ts';
import type { JsonObject } from './json.ts';

const schemas = nastySchemas();

interface BothWays {
  readonly stock: Executed;
  readonly ours: Executed;
}

/** Apollo's gateway over the nasty graph, and ours over its plans. */
async function bothGateways() {
  let ask: Run['ask'] = () => Promise.reject(new Error('nobody to ask'));
  let planned: PlannedOperation | null = null;
  const gateway = new ApolloGateway({
    supergraphSdl: nastySupergraph(),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    buildService: ({ name }) => ({
      async process({ request }) {
        const { query = '', variables = {} } = request;
        const entities = 'representations' in variables;
        const fetch = { subgraph: name, query, operationName: null, repeatable: true, entities };
        return (await ask(fetch, structuredClone(variables))) as never;
      },
    }),
    experimental_didResolveQueryPlan({ queryPlan, operationContext: { operation, fragments, schema } }) {
      planned = { plan: queryPlan, operation, fragments, schema };
    },
  });
  const { executor, schema } = await gateway.load();

  async function run(
    { query, variables }: GeneratedOperation,
    document: DocumentNode,
    subgraphs: Run['ask'],
  ): Promise<BothWays> {
    ask = subgraphs;
    planned = null;
    const stock = await executor({
      request: { query, variables },
      document,
      queryHash: query,
      source: query,
      metrics: {},
      context: {},
      schema,
    } as never).catch(thrown);
    if (planned === null) throw new Error('the operation was not planned');
    const ours = compileOperation(internalsOf(gateway), planned)?.execute(structuredClone(variables), subgraphs);
    if (!ours) throw new Error('the operation was not compiled');
    return { stock: stock as Executed, ours: await ours.catch(thrown) };
  }
  return { schema, run };
}

/** A client sees of it only that something went wrong. */
function thrown(): Executed {
  return { errors: [new GraphQLError('the executor threw')] };
}

/** What a client would see of a result, with the errors in an order of their own. */
function seen(result: Executed, withPaths: boolean): unknown {
  const errors = result.errors?.map((error) => {
    const { message, path, extensions } = error;
    return JSON.stringify({ message, ...(withPaths ? { path } : {}), extensions });
  });
  return JSON.parse(JSON.stringify({ ...result, errors: errors?.toSorted() })) as JsonObject;
}

const gateways = await bothGateways();

function* validOperations(
  seed: number,
  count: number,
): Generator<{ seed: number; document: DocumentNode } & GeneratedOperation> {
  for (let at = seed, found = 0; found < count; at += 1) {
    const operation = generateOperation(gateways.schema, chanceOf(at));
    const document = parse(operation.query);
    if (validate(gateways.schema, document).length > 0) continue;
    found += 1;
    yield { seed: at, document, ...operation };
  }
}

const operations = [...validOperations(1, 150)];

interface Tally {
  /** Answers that came from the compiled way. */
  compiled: number;
  withErrors: number;
}

/** Runs every operation with some seeds of what goes wrong, both ways. */
async function compare(seeds: number, wrong: Unreliability, withPaths: boolean): Promise<Tally> {
  const tally = { compiled: 0, withErrors: 0 };
  for (const { seed, document, ...operation } of operations) {
    for (let round = 0; round < seeds; round += 1) {
      const subgraphs = unreliableSubgraphs(schemas, seed * 100 + round, wrong);
      const { stock, ours } = await gateways.run(operation, document, subgraphs);
      const what = { seed, round, ...operation };
      expect({ ...what, result: seen(ours, withPaths) }).toEqual({ ...what, result: seen(stock, withPaths) });
      tally.compiled += 1;
      if (stock.errors || stock.extensions) tally.withErrors += 1;
    }
  }
  return tally;
}

describe('a compiled operation answers what Apollo answers', () => {
  test('when all is well', async () => {
    expect(await compare(1, { errors: 0, rubbish: 0, outages: 0 }, true)).toMatchObject({ compiled: 150 });
  });

  // Where a fragment leaves out some of the entities, Apollo counts them nevertheless and names the wrong place: paths are compared elsewhere.
  test('when fields fail and subgraphs are away', async () => {
    const { compiled, withErrors } = await compare(3, { errors: 0.06, rubbish: 0, outages: 0.05 }, false);
    expect(compiled).toBe(450);
    expect(withErrors).toBeGreaterThan(200);
  });

  test('when subgraphs talk rubbish', async () => {
    const { compiled, withErrors } = await compare(3, { errors: 0.02, rubbish: 0.03, outages: 0.02 }, false);
    expect(compiled).toBe(450);
    expect(withErrors).toBeGreaterThan(200);
  });
});
