import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import type { Transport } from '#kit/transport/transport.ts';

/** A graph of as many subgraphs as one likes, each with a text and a neighbour for every item. */
export interface WideGraph {
  readonly supergraphSdl: string;
  /** Answers as a subgraph would, from memory: worked out once, and read from its text each time. */
  readonly transport: Transport;
}

interface Item {
  readonly id: string;
}

/** Makes such a graph; the lists begin in the first subgraph. */
export function wideGraph(subgraphs: number): WideGraph {
  const parts = Array.from({ length: subgraphs }, (_, index) => ({ name: `part${index}`, ...partOf(index) }));
  const { supergraphSdl, errors } = composeServices(
    parts.map(({ name, typeDefs }) => ({ name, url: `http://${name}`, typeDefs: parse(typeDefs) })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  const schemas = new Map<string, ReturnType<typeof buildSubgraphSchema>>(
    parts.map(({ name, typeDefs, resolvers }) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as never }]),
    ]),
  );
  const answers = new Map<string, string>();

  async function answerOf(target: string, body: string): Promise<string> {
    const { query: source, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
    const schema = schemas.get(target);
    if (schema === undefined) throw new Error(`there is no subgraph ${target}`);
    return JSON.stringify(await graphql({ schema, source, variableValues: variables }));
  }

  return {
    supergraphSdl,
    transport: {
      async call(target, _path, given) {
        const body = JSON.stringify(given);
        const key = `${target} ${body}`;
        const answer = answers.get(key) ?? (await answerOf(target, body));
        answers.set(key, answer);
        return JSON.parse(answer);
      },
      close: async () => undefined,
    },
  };
}

function partOf(index: number) {
  const list = index === 0 ? 'type Query { items(first: Int!): [Item!]! }' : '';
  return {
    typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      ${list}
      type Item @key(fields: "id") { id: ID! text${index}: String! next${index}: Item! }`,
    resolvers: {
      ...(index === 0 && {
        Query: {
          items: (_: unknown, { first }: { first: number }) =>
            Array.from({ length: first }, (_each, at): Item => ({ id: `itm_${at}` })),
        },
      }),
      Item: {
        [`text${index}`]: ({ id }: Item) => `What part ${index} has to say about ${id}`,
        [`next${index}`]: ({ id }: Item): Item => ({ id: `itm_${(Number(id.slice(4)) * 7 + index) % 1_000}` }),
      },
    },
  };
}
