import { composeServices } from '@apollo/composition';
import { composeServices as composeBySecondOpinion } from '@theguild/federation-composition';
import {
  buildSchema,
  type GraphQLSchema,
  isObjectType,
  isInterfaceType,
  isInputObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import type { CacheHints } from '#kit/graphql/cache-hints.ts';
import type { Rule } from '#kit/graphql/rules.ts';
import { withoutRules } from '#kit/graphql/without-rules.ts';
import { hintsOf, rulesOf, type SubgraphSdl } from './subgraph-sdl.ts';

/** The whole graph, composed. */
export interface Graph {
  readonly supergraphSdl: string;
  /** What clients see: no federation machinery. */
  readonly api: GraphQLSchema;
  readonly rules: Readonly<Record<string, Rule>>;
  readonly hints: CacheHints;
}

/** Composition or its second opinion found faults; one line each. */
export class CompositionError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'CompositionError';
    this.problems = problems;
  }
}

/** Composes the subgraphs with Apollo's composition, and again with an independent one: they must agree. Throws CompositionError. */
export function composeGraph(subgraphs: readonly SubgraphSdl[]): Graph {
  const rules = mergeTables(subgraphs, 'rule', rulesOf);
  const hints = mergeTables(subgraphs, 'cache hint', hintsOf);
  const services = subgraphs.map(({ name, document }) => ({
    name,
    // The gateway reaches subgraphs by name through its transport; the supergraph has to hold some address.
    url: `http://${name}`,
    typeDefs: withoutRules(document),
  }));
  const composed = composeServices(services);
  if (composed.errors) throw new CompositionError(composed.errors.map((error) => oneLine(error.message)));
  const api = composed.schema.toAPISchema().toGraphQLJSSchema();
  const second = composeBySecondOpinion(services);
  if (second.errors) {
    throw new CompositionError(second.errors.map((error) => `second opinion: ${oneLine(error.message)}`));
  }
  const differences = differencesBetween(api, buildSchema(second.publicSdl, { assumeValidSDL: true }));
  if (differences.length > 0) throw new CompositionError(differences);
  return { supergraphSdl: composed.supergraphSdl, api, rules, hints };
}

/** What the subgraphs say about coordinates, in one table. They must not say different things. */
function mergeTables<Said>(
  subgraphs: readonly SubgraphSdl[],
  what: string,
  tableOf: (subgraph: SubgraphSdl) => ReadonlyMap<string, Said>,
): Record<string, Said> {
  const merged = new Map<string, { said: Said; from: string }>();
  const problems: string[] = [];
  for (const subgraph of subgraphs) {
    for (const [coordinate, said] of tableOf(subgraph)) {
      const known = merged.get(coordinate);
      if (known && JSON.stringify(known.said) !== JSON.stringify(said)) {
        problems.push(`${coordinate} has one ${what} in ${known.from} and another in ${subgraph.name}`);
      }
      merged.set(coordinate, { said, from: subgraph.name });
    }
  }
  if (problems.length > 0) throw new CompositionError(problems);
  const sorted = [...merged].toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return Object.fromEntries(sorted.map(([coordinate, { said }]) => [coordinate, said]));
}

function differencesBetween(first: GraphQLSchema, second: GraphQLSchema): string[] {
  const [one, other] = [fieldsOf(first), fieldsOf(second)];
  return [
    ...[...one].filter((field) => !other.has(field)).map((field) => `only the first composition has ${field}`),
    ...[...other].filter((field) => !one.has(field)).map((field) => `only the second composition has ${field}`),
  ];
}

function fieldsOf(schema: GraphQLSchema): Set<string> {
  const fields = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    fields.add(type.name);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields()))
      fields.add(`${type.name}.${field.name}: ${String(field.type)}`);
  }
  return fields;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
