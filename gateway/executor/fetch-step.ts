import type { FetchNode, ResponsePath } from '@apollo/query-planner';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { FetchAnswer, FetchError } from '../supergraph/merged-query.ts';
import { ownData } from '../supergraph/own-data.ts';
import type { SubgraphFetch } from '../supergraph/subgraph-fetch.ts';
import type { Decisions } from './decisions.ts';
import { entitiesAt, placesAt, type Place } from './entity-paths.ts';
import { mergeInto, own, type JsonObject } from './json.ts';
import { compileRepresentation } from './representations.ts';
import { compileRewrites } from './rewrites.ts';

/** One execution of an operation. */
export interface Run {
  /** All that is known so far, as the subgraphs said it. */
  readonly data: JsonObject;
  readonly errors: unknown[];
  /** As the client gave them. */
  readonly variables: JsonObject;
  readonly decisions: Decisions;
  /** Asks a subgraph. Never rejects for a subgraph that is away: its answer is null and an error. */
  readonly ask: (fetch: SubgraphFetch, variables: JsonObject) => Promise<FetchAnswer>;
}

/** A part of a compiled plan. Undefined when it was done at once. */
export type Step = (run: Run) => Promise<void> | undefined;

/** Entities that are asked for once, although they may stand in several places. */
interface Wanted {
  readonly entities: readonly JsonObject[];
  readonly representations: JsonObject[];
  /** For each representation the indexes of the entities that it stands for. */
  readonly owners: number[][];
}

/** Compiles one fetch of the plan: what is asked of which subgraph about the objects at `path`, and where the answer goes. */
export function compileFetch(schema: GraphQLSchema, node: FetchNode, path: ResponsePath): Step {
  const fetch: SubgraphFetch = {
    subgraph: node.serviceName,
    query: node.operation,
    operationName: node.operationName ?? null,
    repeatable: node.operationKind !== 'mutation',
    entities: node.requires !== undefined,
  };
  const usages = node.variableUsages ?? [];
  const rewriteOutput = compileRewrites(schema, node.outputRewrites);
  const rewriteInput = compileRewrites(schema, node.inputRewrites);
  const represent = node.requires ? compileRepresentation(schema, node.requires) : null;

  async function fetchPlain(run: Run, entities: readonly JsonObject[]): Promise<void> {
    const answer = await run.ask(fetch, usedVariables(run.variables, usages));
    const { errors } = answer;
    const data = ownData(answer);
    if (errors) for (const error of errors) run.errors.push(downstreamError(error, fetch, placed(path, error.path)));
    rewriteOutput?.(data);
    for (const entity of entities) mergeInto(entity, data);
  }

  async function fetchEntities(run: Run, { entities, representations, owners }: Wanted): Promise<void> {
    const variables = usedVariables(run.variables, usages);
    variables['representations'] = representations;
    const answer = await run.ask(fetch, variables);
    const { errors } = answer;
    const data = ownData(answer);
    if (errors) {
      const places = placesAt(run.data, path);
      for (const error of errors) {
        for (const place of placesOf(error, owners, places, path))
          run.errors.push(downstreamError(error, fetch, place));
      }
    }
    if (data === null) return;
    const received = data['_entities'];
    if (!Array.isArray(received)) throw new Error('Expected "data._entities" in response to be an array');
    if (received.length !== representations.length) {
      throw new Error(`Expected "data._entities" to contain ${representations.length} elements`);
    }
    for (let index = 0; index < owners.length; index += 1) {
      const entity = received[index] as JsonObject | null;
      const targets = owners[index] ?? [];
      const first = entities[targets[0] ?? -1];
      if (!entity || first === undefined) continue;
      if (!entity['__typename']) entity['__typename'] = first['__typename'];
      rewriteOutput?.(entity);
      for (const target of targets) mergeInto(entities[target] as JsonObject, entity);
    }
  }

  function wanted(run: Run, write: NonNullable<typeof represent>): Wanted {
    const entities = entitiesAt(run.data, path);
    const representations: JsonObject[] = [];
    const owners: number[][] = [];
    const known = new Map<string, number[]>();
    for (let index = 0; index < entities.length; index += 1) {
      const representation = write(entities[index] as JsonObject);
      if (representation === null) continue;
      rewriteInput?.(representation);
      // Two say the same only when they are the same text.
      const key = JSON.stringify(representation);
      const same = known.get(key);
      if (same) {
        same.push(index);
        continue;
      }
      const first = [index];
      known.set(key, first);
      representations.push(representation);
      owners.push(first);
    }
    return { entities, representations, owners };
  }

  return (run) => {
    if (represent === null) {
      const entities = path.length === 0 ? [run.data] : entitiesAt(run.data, path);
      return entities.length === 0 ? undefined : settled(run, fetchPlain(run, entities));
    }
    const asked = wanted(run, represent);
    return asked.representations.length === 0 ? undefined : settled(run, fetchEntities(run, asked));
  };
}

/** A fetch that fails costs its part of the answer and not the others'. */
function settled(run: Run, fetching: Promise<void>): Promise<void> {
  return fetching.catch((error: unknown) => void run.errors.push(error));
}

function usedVariables(variables: JsonObject, usages: readonly string[]): JsonObject {
  const used: JsonObject = {};
  for (const name of usages) {
    const value = own(variables, name);
    if (value !== undefined) used[name] = value;
  }
  return used;
}

function placed(path: ResponsePath, errorPath: unknown): Place | undefined {
  return Array.isArray(errorPath) ? [...path, ...(errorPath as Place)] : undefined;
}

/** An error about one representation stands at all places whose entity it represents. */
function placesOf(
  { path: errorPath }: FetchError,
  owners: readonly (readonly number[])[],
  places: readonly Place[],
  path: ResponsePath,
): readonly (Place | undefined)[] {
  if (!Array.isArray(errorPath)) return [undefined];
  const [, index, ...rest] = errorPath as Place;
  if (typeof index !== 'number') return [placed(path, errorPath)];
  return (owners[index] ?? []).map((owner) => [...(places[owner] ?? []), ...rest]);
}

/** The subgraph's error in the form that Apollo's gateway gives it. */
function downstreamError(error: FetchError, { subgraph }: SubgraphFetch, place: Place | undefined): GraphQLError {
  const { extensions } = error;
  return new GraphQLError(error.message || `Error while fetching subquery from service "${subgraph}"`, {
    originalError: error as unknown as Error,
    ...(place ? { path: place } : {}),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...extensions, serviceName: subgraph },
  });
}
