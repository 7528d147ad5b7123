import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { describe, expect, test } from '@jest/globals';
import { parse, type GraphQLSchema } from 'graphql';
import { subgraphNames } from '#kit/events/events.ts';
import { bothGateways, seen, validOperations } from './fixtures/both-gateways.ts';
import { madeUpAnswers } from './fixtures/made-up-answers.ts';
import { nastySchemas, nastySupergraph } from './fixtures/nasty-graph.ts';
import { unreliableSubgraphs, type AnswerFor, type Unreliability } from './fixtures/unreliable-subgraphs.ts';

interface Graph {
  readonly supergraph: string;
  readonly schemas: ReadonlyMap<string, GraphQLSchema>;
  readonly answerFor?: AnswerFor;
  readonly operations: number;
}

const printed = join(import.meta.dirname, '..', '..', 'schema');

/** Our own graph, by its schema alone: what its subgraphs say is made up. */
async function ownGraph(): Promise<Graph> {
  const schemas = await Promise.all(
    subgraphNames.map(async (name) => {
      const typeDefs = parse(await readFile(join(printed, 'subgraphs', `${name}.graphql`), 'utf8'));
      return [name, buildSubgraphSchema([{ typeDefs }])] as const;
    }),
  );
  const supergraph = await readFile(join(printed, 'supergraph.graphql'), 'utf8');
  return { supergraph, schemas: new Map(schemas), answerFor: madeUpAnswers, operations: 60 };
}

const graphs: readonly (readonly [string, Graph])[] = [
  ['a nasty graph', { supergraph: nastySupergraph(), schemas: nastySchemas(), operations: 280 }],
  ['our own graph', await ownGraph()],
];

describe.each(graphs)('over %s a compiled operation answers what Apollo answers', (_, graph) => {
  const gateways = bothGateways(graph.supergraph);
  const operations = gateways.then(({ schema }) => validOperations(schema, 1, graph.operations));

  /** Runs every operation with some seeds of what goes wrong, both ways; counts the answers and those with errors. */
  async function compare(seeds: number, wrong: Unreliability, withPaths: boolean) {
    const { run } = await gateways;
    const tally = { compared: 0, withErrors: 0 };
    for (const operation of await operations) {
      const { seed, query, variables } = operation;
      for (let round = 0; round < seeds; round += 1) {
        const subgraphs = unreliableSubgraphs(graph.schemas, seed * 100 + round, wrong, graph.answerFor);
        const { stock, ours, recalled } = await run(operation, subgraphs);
        const what = { seed, round, query, variables };
        const right = { ...what, result: seen(stock, withPaths) };
        expect({ ...what, result: seen(ours, withPaths) }).toEqual(right);
        // Shared by its subgraphs, and at last remembered by the gateway.
        expect({ ...what, result: seen(recalled, withPaths) }).toEqual(right);
        tally.compared += 1;
        if (stock.errors || stock.extensions) tally.withErrors += 1;
      }
    }
    return tally;
  }

  test('when all is well', async () => {
    const { compared } = await compare(1, { errors: 0, rubbish: 0, outages: 0 }, true);
    expect(compared).toBe(graph.operations);
  });

  // Where a fragment leaves out some of the entities, Apollo counts them nevertheless and names the wrong place: paths are compared elsewhere.
  test('when fields fail and subgraphs are away', async () => {
    const { compared, withErrors } = await compare(3, { errors: 0.06, rubbish: 0, outages: 0.05 }, false);
    expect(compared).toBe(3 * graph.operations);
    expect(withErrors).toBeGreaterThan(compared / 3);
  });

  test('when subgraphs talk rubbish', async () => {
    const { compared, withErrors } = await compare(3, { errors: 0.02, rubbish: 0.03, outages: 0.02 }, false);
    expect(compared).toBe(3 * graph.operations);
    expect(withErrors).toBeGreaterThan(compared / 3);
  });
});
