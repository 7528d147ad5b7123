import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApolloGateway, buildOperationContext, type SupergraphSdlHook } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type { ApolloServerOptions } from '@apollo/server';
import { type DocumentNode, Kind, parse, validate } from 'graphql';
import { asStepOf, currentSpan } from '#kit/tracing/current-span.ts';
import type { Span } from '#kit/tracing/span.ts';
import { isShopper } from '#kit/viewer/viewer.ts';
import { planText } from '../observing/plan-text.ts';
import type { GatewayContext } from '../server/gateway-context.ts';
import { subgraphSource } from '../supergraph/data-source.ts';
import type { quietLogger } from '../supergraph/quiet-logger.ts';
import type { AskSubgraph } from '../supergraph/subgraph-fetch.ts';
import { internalsOf, planOperation } from './apollo-internals.ts';
import { compileOperation, type CompiledOperation, type Executed, type PlannedOperation } from './compile-operation.ts';
import type { Run } from './fetch-step.ts';
import type { JsonObject } from './json.ts';
import { createOperationCache } from './operation-cache.ts';
import { createRememberedRuns, type Written } from './remembered-runs.ts';

interface Options {
  /** The supergraph, or what loads it and tells when there is a new one. */
  readonly supergraphSdl: string | SupergraphSdlHook;
  readonly logger: ReturnType<typeof quietLogger>;
  readonly ask: AskSubgraph;
}

/** A request for an operation that is known to be valid. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: JsonObject;
}

/** Apollo's gateway, with the operations that it has planned once compiled. */
export interface CompiledGateway {
  /** For Apollo Server. */
  readonly gateway: NonNullable<ApolloServerOptions<GatewayContext>['gateway']>;
  /**
   * Executes an operation that is compiled; null for any other, which Apollo has to plan. Nothing was asked of a subgraph then. What a shopper asks again may come as the text that was
   * written before.
   */
  execute(request: OperationRequest, context: GatewayContext): Promise<Executed | Written> | null;
  /**
   * Plans and compiles operations before anybody asks for them: valid documents that hold one each. Others are left to be planned when they are sent. Requests of the
   * graph that is to be replaced go on between two documents.
   */
  warmUp(documents: readonly string[]): Promise<void>;
  /** The plan of an operation in a line; null when it is not known, or not any more. */
  planOf(query: string, operationName: string | null): string | null;
}

/** An operation that has been planned. Compiled when it is asked for, so that one that comes once costs nothing more. */
interface KnownOperation {
  readonly plan: QueryPlan;
  readonly compiled: (span: Span | null) => CompiledOperation | null;
}

/** What all compiled operations may weigh together, bytes. */
const compiledAtMost = 64 * 1024 * 1024;
/** What remembered runs may take together, bytes. */
const runsAtMost = 64 * 1024 * 1024;
/** What Apollo may keep of the plans that it made, by the length of their JSON, of which they take several times as much. It needs them only for what isn't compiled. */
const apollosPlansMiB = 1;
/** Bytes reckoned for each character of a document and of its plan, generously: what is compiled took 60 for each of the document. */
const bytesPerCharacter = 100;

/**
 * Loads the supergraph and plans as Apollo does. An operation is executed by Apollo the first time; after that by what was compiled from its
 * plan, unless there is something in it that only Apollo knows. A new supergraph begins with nothing compiled; what is under way ends
 * with the old one.
 */
export function createCompiledGateway({ supergraphSdl, logger, ask }: Options): CompiledGateway {
  const operations = createOperationCache<KnownOperation>(compiledAtMost);
  let runs = createRememberedRuns(runsAtMost);
  /** When Apollo was given a request to plan, on the clock of `performance.now()`. */
  const givenAt = new WeakMap<object, number>();
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger,
    buildService: ({ name }) => subgraphSource(name, ask),
    experimental_approximateQueryPlanStoreMiB: apollosPlansMiB,
    experimental_didResolveQueryPlan({ queryPlan, requestContext, operationContext }) {
      const { source, request } = requestContext;
      currentSpan()
        ?.child('plan', { at: givenAt.get(requestContext) ?? performance.now() })
        .end();
      const planned = { plan: queryPlan, ...operationContext };
      // It may have been planned just before a new supergraph came.
      if (planned.schema === gateway.schema) keep(source, [request.operationName ?? null], planned);
    },
  });

  function keep(source: string, names: readonly (string | null)[], planned: PlannedOperation): KnownOperation {
    const internals = internalsOf(gateway);
    const compiled = once((span: Span | null) => asStepOf(span, 'compile', () => compileOperation(internals, planned)));
    const known = { plan: planned.plan, compiled };
    const weight = (source.length + textOf(planned.plan)) * bytesPerCharacter;
    for (const name of names) operations.set(source, name, known, weight);
    return known;
  }

  /** Null for a document that Apollo's planner fails on, which is told: whoever sends it hears of it, and all others are answered. */
  function planAhead(document: DocumentNode): QueryPlan | null {
    try {
      return planOperation(internalsOf(gateway), document);
    } catch (error) {
      logger.error(`a document could not be planned ahead: ${String(error)}`);
      return null;
    }
  }

  async function warmUp(documents: readonly string[]): Promise<void> {
    for (const source of documents) {
      await nextTurn();
      const document = parse(source);
      const [operation, ...more] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
      if (operation?.kind !== Kind.OPERATION_DEFINITION || more.length > 0 || !gateway.schema) continue;
      // What this graph doesn't have is refused when it is sent.
      if (validate(gateway.schema, document).length > 0) continue;
      const plan = planAhead(document);
      if (plan === null) continue;
      const context = buildOperationContext({ schema: gateway.schema, operationDocument: document });
      // Clients name the operation, or send only the document's hash.
      keep(source, [null, operation.name?.value ?? null], { plan, ...context }).compiled(null);
    }
  }

  function preparedFor({ query, operationName, variables }: OperationRequest, { observed: { span } }: GatewayContext) {
    const operation = operations.get(query, operationName)?.compiled(span);
    const execute = operation?.prepare(variables, span);
    return operation && execute ? { isQuery: operation.isQuery, execute } : null;
  }

  const askingFor = (context: GatewayContext): Run['ask'] => {
    return (fetch, variables) => ask(fetch, variables, context);
  };

  function execute(request: OperationRequest, context: GatewayContext) {
    const prepared = preparedFor(request, context);
    if (prepared === null) return null;
    const asking = askingFor(context);
    if (!prepared.isQuery || !isShopper(context.viewer)) return prepared.execute(asking);
    return runs.run(() => questionOf(request, context), asking, prepared.execute);
  }

  return {
    execute,
    warmUp,
    planOf(query, operationName) {
      const known = operations.get(query, operationName);
      return known === undefined ? null : planText(known.plan);
    },
    gateway: {
      async load(options) {
        const { executor } = await gateway.load(options);
        return {
          async executor(requestContext) {
            const { source, request, context } = requestContext;
            const { operationName = null, variables = {} } = request;
            const asked = { query: source, operationName, variables };
            const known = preparedFor(asked, context as GatewayContext);
            if (known !== null) return known.execute(askingFor(context as GatewayContext));
            givenAt.set(requestContext, performance.now());
            return executor(requestContext);
          },
        };
      },
      onSchemaLoadOrUpdate: (tell) =>
        gateway.onSchemaLoadOrUpdate((schemaContext) => {
          operations.clear();
          runs = createRememberedRuns(runsAtMost);
          tell(schemaContext);
        }),
      stop: () => gateway.stop(),
    },
  };
}

/** What tells an operation from others, with its variables and those to whom the same is answered. */
function questionOf({ query, operationName, variables }: OperationRequest, { viewer }: GatewayContext): string {
  // Whatever the query's text is, the list before it ends where it ends.
  const { kind, tierLevel, channel, locale } = viewer;
  return `${JSON.stringify([kind, tierLevel, channel, locale, operationName, variables])}${query}`;
}

/** How many characters of text a plan holds. */
function textOf(plan: QueryPlan): number {
  return JSON.stringify(plan, (key, value: unknown) => (key === 'operationDocumentNode' ? undefined : value)).length;
}

function once<Given, Value>(make: (given: Given) => Value): (given: Given) => Value {
  let made: { readonly value: Value } | null = null;
  return (given) => (made ??= { value: make(given) }).value;
}
