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
  /** For each entity the index of what represents it, which count up where they come first; null for one that can't be asked about. */
  readonly representedBy: readonly (number | null)[];
}

/** Compiles one fetch of the plan: what is asked of which subgraph about the objects at `path`, and where the answer goes. `isAlone`: no other fetch of the plan asks that subgraph about entities. */
export function compileFetch(schema: GraphQLSchema, node: FetchNode, path: ResponsePath, isAlone = false): Step {
  const fetch: SubgraphFetch = {
    subgraph: node.serviceName,
    query: node.operation,
    operationName: node.operationName ?? null,
    repeatable: node.operationKind !== 'mutation',
    entities: node.requires !== undefined,
    isAlone,
  };
  const usages = node.variableUsages ?? [];
  const rewriteOutput = compileRewrites(schema, node.outputRewrites);
  const rewriteInput = compileRewrites(schema, node.inputRewrites);
  const rewrites = rewriteOutput !== null || rewriteInput !== null;
  const represent = node.requires ? compileRepresentation(schema, node.requires) : null;

  async function fetchPlain(run: Run, entities: readonly JsonObject[]): Promise<void> {
    const answer = await run.ask(fetch, usedVariables(run.variables, usages));
    const { errors } = answer;
    const data = ownData(answer);
    if (errors) for (const error of errors) run.errors.push(downstreamError(error, fetch, placed(path, error.path)));
    rewriteOutput?.(data);
    for (const entity of entities) mergeInto(entity, data);
  }

  async function fetchEntities(run: Run, { entities, representations, representedBy }: Wanted): Promise<void> {
    const variables = usedVariables(run.variables, usages);
    variables['representations'] = representations;
    const answer = await run.ask(fetch, variables);
    const { errors } = answer;
    const data = ownData(answer);
    if (errors) {
      const places = placesAt(run.data, path);
      for (const error of errors) {
        for (const place of placesOf(error, representedBy, places, path))
          run.errors.push(downstreamError(error, fetch, place));
      }
    }
    if (data === null) return;
    const received = data['_entities'];
    if (!Array.isArray(received)) throw new Error('Expected "data._entities" in response to be an array');
    if (received.length !== representations.length) {
      throw new Error(`Expected "data._entities" to contain ${representations.length} elements`);
    }
    let next = 0;
    for (let index = 0; index < entities.length; index += 1) {
      const at = representedBy[index] ?? null;
      const entity = at === null ? null : (received[at] as JsonObject | null);
      const target = entities[index] as JsonObject;
      if (at === next) {
        next += 1;
        if (entity) prepare(entity, target);
      }
      if (entity) mergeInto(target, entity);
    }
  }

  /** `first`: the first that it says something about. */
  function prepare(entity: JsonObject, first: JsonObject): void {
    const typename = entity['__typename'];
    // One that says nothing of its type takes nothing from what is known of it.
    if (!typename && (rewrites || typename !== undefined)) entity['__typename'] = first['__typename'];
    rewriteOutput?.(entity);
  }

  function wanted(run: Run, write: NonNullable<typeof represent>): Wanted {
    const entities = entitiesAt(run.data, path);
    const representations: JsonObject[] = [];
    const representedBy: (number | null)[] = [];
    const known = new Map<string, number>();
    for (const entity of entities) {
      const representation = write(entity);
      if (representation === null) {
        representedBy.push(null);
        continue;
      }
      rewriteInput?.(representation);
      const identity = identityOf(representation);
      let at = known.get(identity);
      if (at === undefined) {
        at = representations.push(representation) - 1;
        known.set(identity, at);
      }
      representedBy.push(at);
    }
    return { entities, representations, representedBy };
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

/** A text that two representations have in common only when they say the same. Most are a type and an id, for which `JSON.stringify` takes several times as long. */
function identityOf(representation: JsonObject): string {
  let identity = '';
  for (const name in representation) {
    const value = representation[name];
    if (typeof value !== 'string') return JSON.stringify(representation);
    identity += `${name}:${value.length}:${value}`;
  }
  return identity;
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
  representedBy: Wanted['representedBy'],
  places: readonly Place[],
  path: ResponsePath,
): readonly (Place | undefined)[] {
  if (!Array.isArray(errorPath)) return [undefined];
  const [, index, ...rest] = errorPath as Place;
  if (typeof index !== 'number') return [placed(path, errorPath)];
  const represented = places.filter((_, entity) => representedBy[entity] === index);
  return represented.map((place) => [...place, ...rest]);
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
