import { createAuditLog } from '#kit/audit-log/audit-log.ts';
import { auditMutations } from '#kit/audit-log/audited-mutations.ts';
import { sealAuditEntries } from '#kit/audit-log/seal-audit-entries.ts';
import { createAuditWitness } from '#kit/audit-log/witness.ts';
import { subscriptions, type DomainEvent, type EventName } from '#kit/events/events.ts';
import type { BaseContext } from '#kit/graphql/base-context.ts';
import { buildGuardedSchema } from '#kit/graphql/build-schema.ts';
import { combineResolvers } from '#kit/graphql/combine-resolvers.ts';
import { badInput, forbidden } from '#kit/graphql/errors.ts';
import { createExecutor, type GraphAnswer, type GraphRequest, graphRequestSchema } from '#kit/graphql/executor.ts';
import { moneyResolvers } from '#kit/graphql/money.resolvers.ts';
import { createQuestions, createRememberedAnswers, sharedByShoppers } from '#kit/graphql/remembered-answers.ts';
import { scalarResolvers } from '#kit/graphql/scalars.ts';
import { watched } from '#kit/graphql/watched-context.ts';
import { createInbox } from '#kit/inbox/inbox.ts';
import { migrate } from '#kit/mongo/migrations.ts';
import { notingReads } from '#kit/near-cache/noted-reads.ts';
import { currentSpan, inSpan } from '#kit/tracing/current-span.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import type { Call, CallPath } from '#kit/transport/transport.ts';
import { UnderWay } from '#kit/under-way/under-way.ts';
import { isShopper } from '#kit/viewer/viewer.ts';
import { createBackground } from './background.ts';
import { domainEventSchema } from './event-call.ts';
import { asNeighbourError } from './failures.ts';
import { createRouter } from './routes.ts';
import type { Subgraph, SubgraphSpec } from './spec.ts';

export type { BaseContext } from '#kit/graphql/base-context.ts';
export type { Route, RouteRequest, RouteResponse } from './routes.ts';
export type { Subgraph, SubgraphSpec } from './spec.ts';

/** What the remembered answers of one subgraph may take together, about, bytes. */
const rememberedAtMost = 32 * 1024 * 1024;

/** For calls of which nobody gives up waiting. */
const neverAborted = new AbortController().signal;

/**
 * Wires a subgraph: schema, access rules, audit log, executor, internal operations, inbox, relay, jobs, migrations, routes. The resolvers of the shared
 * scalars and of Money are added here. Throws when the schema and the resolvers don't fit, a rule is missing, or operations and
 * reactions don't belong to this subgraph.
 */
export function createSubgraph<Context extends BaseContext>(spec: SubgraphSpec<Context>): Subgraph {
  const { name, connection, clock, log, metrics } = spec;
  checkBelongings(spec);
  const resolvers = combineResolvers(scalarResolvers, moneyResolvers, spec.resolvers);
  const schema = buildGuardedSchema(spec.typeDefs, resolvers, (guarded) =>
    auditMutations(guarded, createAuditLog(spec.outbox, clock)),
  );
  const executor = createExecutor(schema);
  const remembered = createRememberedAnswers({
    bytesAtMost: rememberedAtMost,
    nowMs: () => clock.now().getTime(),
  });
  const questionOf = createQuestions();
  const { rememberWhenAuditSealed } = createAuditWitness(spec.outbox);
  const inbox = createInbox(connection, [...(spec.reactions ?? []), rememberWhenAuditSealed]);
  const route = createRouter(name, spec.routes ?? []);
  const jobs = [...(spec.jobs ?? []), sealAuditEntries(spec.outbox)];
  const underWay = new UnderWay();
  const background = createBackground({ ...spec, jobs }, (event) => inbox.receive(event));

  const subgraph: Subgraph = {
    name,
    schema,
    routes: spec.routes ?? [],
    metrics,
    log,
    clock,

    async execute(request, call) {
      underWay.begin();
      try {
        return await executed(request, call);
      } finally {
        underWay.end();
      }
    },

    async call(path, body, call) {
      underWay.begin();
      try {
        return await answer(path, body, call);
      } catch (error) {
        throw asNeighbourError(name, path, error, log.child({ requestId: call.requestId }));
      } finally {
        underWay.end();
      }
    },

    async ready() {
      // Mongoose buffers commands while it is disconnected: ask only a connection that claims to be one.
      return { mongodb: connection.readyState === 1 && (await answersPing(connection)) };
    },

    async migrate() {
      await migrate(connection, spec.migrations ?? [], { clock, log });
    },
    start: () => background.start(),
    runJob: (job) => background.runJob(job),
    async rest() {
      await background.stop();
      const left = await underWay.none();
      if (left > 0) log.warn({ left }, 'answers were still under way when it was to rest');
    },
    async stop() {
      await subgraph.rest();
      await connection.close();
    },
  };

  async function executed(request: GraphRequest, call: Call): Promise<GraphAnswer> {
    const begunAt = performance.now();
    const asksFreshness = request.extensions?.freshness === true;
    const run = () => inSpan('execute', () => answerTo(request, call, asksFreshness));
    const result = asksFreshness ? await withFreshness(run) : await run();
    if (result.errors?.some(({ extensions }) => extensions?.['code'] === 'INTERNAL_SERVER_ERROR'))
      currentSpan()?.fail();
    const kind = request.variables && 'representations' in request.variables ? 'entities' : 'operation';
    metrics.subgraphRequest({ kind, outcome: result.errors ? 'error' : 'ok', ms: performance.now() - begunAt });
    return result;
  }

  /** What a shopper asks again is remembered, if it comes from near caches alone and whoever they are. */
  function answerTo(request: GraphRequest, call: Call, asksFreshness: boolean): Promise<GraphAnswer> {
    const { fromMemory } = spec;
    const changes = executor.changes(request);
    const work = (touched: (() => void) | null) => {
      const base = contextOf(call, { asksFreshness, changes });
      if (touched === null || !fromMemory) return executor.execute(request, spec.context(base));
      const viewer = watched(call.viewer, sharedByShoppers, touched);
      const free = { ...fromMemory, viewer: true } as const;
      return executor.execute(request, watched(spec.context({ ...base, viewer }), free, touched));
    };
    const mayBeRemembered = fromMemory && isShopper(call.viewer) && !asksFreshness && !changes;
    return mayBeRemembered ? remembered.answer(questionOf(request, call.viewer), work) : work(null);
  }

  function contextOf(
    { viewer, requestId, clientAddress, signal: callersSignal = neverAborted }: Call,
    { asksFreshness, changes }: { readonly asksFreshness: boolean; readonly changes: boolean },
  ): BaseContext {
    const readsFromMemory = asksFreshness || isShopper(viewer);
    // Of a change, nobody gives up waiting: who asks again with the same key finds it done. If it ended with its caller's patience, a busy graph would begin the same order
    // again and again, undo it each time, and never place it.
    const signal = changes ? neverAborted : callersSignal;
    return { viewer, requestId, readsFromMemory, clientAddress, signal, log: log.child({ requestId }), clock };
  }

  async function answer(path: CallPath, body: unknown, call: Call): Promise<unknown> {
    if (path === '/graphql') {
      const request = graphRequestSchema.safeParse(body);
      if (!request.success) throw badInput('not a GraphQL request');
      return subgraph.execute(request.data, call);
    }
    if (path === '/ready') return subgraph.ready();
    if (path === '/routes') return route(body, log.child({ requestId: call.requestId }));
    if (path === '/events') {
      if (call.viewer.kind !== 'SYSTEM') throw forbidden();
      return { receipt: await receive(body) };
    }
    const operation = path.slice('/internal/'.length);
    if (!spec.operations) throw badInput(`${name} has no operation ${JSON.stringify(operation)}`);
    return spec.operations.run(operation, body, call);
  }

  async function receive(body: unknown) {
    const event = domainEventSchema.safeParse(body);
    if (!event.success) throw badInput('not a known event');
    try {
      return await inbox.receive(event.data as DomainEvent);
    } catch (error) {
      log.error({ err: error, event: event.data.name, id: event.data.id }, 'a reaction failed');
      // Its transaction is undone and this event comes again; UNAVAILABLE would hold up every other event as well.
      throw new NeighbourError('REFUSED', name, 'a reaction failed', { reason: 'REACTION_FAILED' });
    }
  }

  return subgraph;
}

/** The answer with what it was read from. */
async function withFreshness(run: () => Promise<GraphAnswer>): Promise<GraphAnswer> {
  const { value, reads } = await notingReads(run);
  return { ...value, extensions: { freshness: reads } };
}

function checkBelongings<Context extends BaseContext>({ name, operations, reactions }: SubgraphSpec<Context>): void {
  if (operations && operations.target !== name) {
    throw new Error(`${name} provides the operations of ${operations.target}`);
  }
  for (const reaction of reactions ?? []) {
    if (subscriptions[reaction.on as EventName]?.includes(name)) continue;
    throw new Error(`${name} reacts to ${reaction.on} without being subscribed: add it to kit/events`);
  }
}

async function answersPing(connection: SubgraphSpec['connection']): Promise<boolean> {
  try {
    await connection.db?.command({ ping: 1 });
    return true;
  } catch {
    // Not ready is the answer; the driver's monitor logs why.
    return false;
  }
}
