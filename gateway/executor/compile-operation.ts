import type { QueryPlan } from '@apollo/query-planner';
import {
  GraphQLError,
  getVariableValues,
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { asStepOf } from '#kit/tracing/current-span.ts';
import type { Span } from '#kit/tracing/span.ts';
import { interpretResponse, type GatewayInternals } from './apollo-internals.ts';
import { compilePlan } from './compile-plan.ts';
import { decide, decidingAtMost, decidingVariables, decisionKey, isIncluded, type Decisions } from './decisions.ts';
import type { Run, Step } from './fetch-step.ts';
import type { JsonObject } from './json.ts';
import { compileProjection, type Projection } from './projection.ts';
import { Unusual } from './unusual.ts';

/** An operation as the query planner planned it. */
export interface PlannedOperation {
  readonly plan: QueryPlan;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The schema of the clients. */
  readonly schema: GraphQLSchema;
}

/** What a run of an operation comes to, in the form that Apollo's gateway gives it. */
export type Executed = ExecutionResult<JsonObject, JsonObject>;

/** An operation whose plan and answer are compiled. */
export interface CompiledOperation {
  readonly isQuery: boolean;
  /** What runs it as a part of what the span follows, if anybody does; null when the variables are not what it takes, which is for Apollo to say. */
  prepare(variables: JsonObject, span: Span | null): Execute | null;
}

/** Runs an operation with its variables, asking the subgraphs by what it is given. */
export type Execute = (ask: Run['ask']) => Promise<Executed>;

/** Compiles an operation; null when there is something in it that only Apollo's executor knows. */
export function compileOperation(internals: GatewayInternals, planned: PlannedOperation): CompiledOperation | null {
  const { plan, operation, fragments, schema } = planned;
  // The operation itself and what it may spread: what Apollo's interpreter wants to see.
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...Object.values(fragments)] };
  const deciding = decidingVariables(operation, fragments);
  if (deciding.length > decidingAtMost || asksForSchema(document)) return null;
  const steps = planSteps(internals, plan);
  if (steps === null) return null;
  const projections = new Map<string, Projection>();

  function projectionFor(decisions: Decisions): Projection {
    const key = decisionKey(decisions);
    const known = projections.get(key);
    if (known) return known;
    const included = (selection: Parameters<typeof isIncluded>[0]) => isIncluded(selection, decisions);
    const fresh = compileProjection(schema, rootOf(schema, operation), {
      set: operation.selectionSet,
      fragments,
      included,
    });
    projections.set(key, fresh);
    return fresh;
  }

  function shape({ data, errors, variables, decisions }: Run): Executed {
    try {
      const shaped = projectionFor(decisions)(data, errors.length > 0);
      return errors.length > 0 ? { errors: errors as GraphQLError[], data: shaped } : { data: shaped };
    } catch (error) {
      if (!(error instanceof Unusual)) throw error;
    }
    const interpreted = interpretResponse(internals, document, variables, data);
    if (errors.length > 0) return { errors: errors as GraphQLError[], data: interpreted.data };
    if (interpreted.errors.length === 0) return { data: interpreted.data };
    return { data: interpreted.data, extensions: { valueCompletion: interpreted.errors } };
  }

  async function run(state: Run, span: Span | null): Promise<Executed> {
    const running = steps?.(state);
    if (running) await running;
    try {
      return asStepOf(span, 'project', () => shape(state));
    } catch (error) {
      const { message } = error as Error;
      return {
        errors: [error instanceof GraphQLError ? error : new GraphQLError(message, { originalError: error as Error })],
      };
    }
  }

  return {
    isQuery: operation.operation === OperationTypeNode.QUERY,
    prepare(variables, span) {
      const decisions = decide(deciding, operation, variables);
      if (decisions === null || !areTaken(schema, operation, variables)) return null;
      return (ask) => run({ data: {}, errors: [], variables, decisions, ask }, span);
    },
  };
}

function asksForSchema(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') found = true;
    },
  });
  return found;
}

function planSteps({ supergraphSchema }: GatewayInternals, plan: QueryPlan): Step | null {
  try {
    return compilePlan(supergraphSchema, plan);
  } catch (error) {
    if (error instanceof Unusual) return null;
    throw error;
  }
}

function areTaken(
  schema: GraphQLSchema,
  { variableDefinitions }: OperationDefinitionNode,
  variables: JsonObject,
): boolean {
  if (variableDefinitions === undefined || variableDefinitions.length === 0) return true;
  return getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 }).errors === undefined;
}

function rootOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode) {
  const root = operation === OperationTypeNode.QUERY ? schema.getQueryType() : schema.getMutationType();
  if (!root) throw new Unusual('an operation that the schema does not have');
  return root;
}
