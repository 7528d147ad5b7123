import { createServer } from 'node:http';
import { fastify, type FastifyInstance } from 'fastify';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { registerHealth } from '#kit/health/health.ts';
import type { Metrics } from '#kit/metrics/metrics.ts';
import { memberOperations } from '#kit/neighbours/member.ts';
import { hangUpWhenClosing } from '#kit/subgraph/hang-up-when-closing.ts';
import { measuredTransport } from '#kit/transport/measured-transport.ts';
import { neighbourOf } from '#kit/transport/neighbours.ts';
import type { Transport } from '#kit/transport/transport.ts';
import type { BucketStore } from '#kit/token-buckets/store/bucket-store.ts';
import type { Tracing } from '#kit/tracing/tracing.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { createDoor, usualDoor } from '../bulkheads/door.ts';
import { guardedTransport } from '../bulkheads/guarded-transport.ts';
import { demoAccounts } from '../demo/demo-accounts.ts';
import { registerDemoImages } from '../demo-images/register-demo-images.ts';
import { createRequestObserver } from '../observing/observe-requests.ts';
import { createGraphInForce } from '../supergraph/graph-in-force.ts';
import type { ComposedGraph, PublishedGraph } from '../supergraph/read-graph.ts';
import { type Budgets, usualBudgets } from '../limits/points/budgets.ts';
import { createPointsDesk, createSpending } from '../limits/points/spending.ts';
import { knownChannels } from '../channels/channels.ts';
import type { Access } from '../variants/views.ts';
import { createTokenVerifier } from '../viewer/access-tokens.ts';
import { createEndedSessions, type EndedSessions } from '../viewer/ended-sessions.ts';
import { createKeyLookup } from '../viewer/api-keys.ts';
import { createViewerResolver } from '../viewer/resolve-viewer.ts';
import { answerWithinMs } from './gateway-context.ts';
import { registerCallbacks } from './callbacks.ts';
import { createAddressReader } from './caller.ts';
import { createCrossOrigin, registerCrossOrigin } from './cross-origin.ts';
import { registerExplorer } from './explorer.ts';
import { createGraphHandler, isForGraph } from './graph-handler.ts';
import { listenWidely } from './listen-widely.ts';
import { readinessOf } from './readiness.ts';
import { registerRefusals } from './refusals.ts';
import { serveGraph } from './served-graph.ts';

export interface GatewayOptions extends ComposedGraph, Partial<Pick<PublishedGraph, 'documents'>> {
  /** How long all who aren't signed in and ask the same share an answer, milliseconds; each asks for themselves unless given. */
  readonly keepAnswersMs?: number;
  /** The way to the subgraphs. Its time limit is the gateway's: `answerWithinMs`. */
  readonly transport: Transport;
  /** 0 takes any free port. */
  readonly port: number;
  /** All interfaces unless given. */
  readonly host?: string;
  /** Who may send which documents, and sees which part of the graph. */
  readonly access: Access;
  /** Whether everybody may ask for the schema; analysts and developers may in any case. */
  readonly introspection: boolean;
  /** Whether the demo data is there: then the Explorer offers its accounts. */
  readonly demo?: boolean;
  /** Points a minute, by who asks; the usual ones unless given. */
  readonly budgets?: Budgets;
  /** Where gateways share what callers spent; each reckons for itself unless given. */
  readonly points?: BucketStore;
  /** Addresses and networks whose word on a caller's address is believed; none unless given. */
  readonly trustedProxies?: readonly string[];
  /** The origins whose pages may read answers, for example `https://shop.example`; none unless given. */
  readonly origins?: readonly string[];
  /** Where the Explorer was built into. */
  readonly explorerDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Follows requests; nothing is traced unless given. */
  readonly tracing?: Tracing | null;
  /** From how many milliseconds on an operation is written down as slow; 1 s unless given. */
  readonly slowMs?: number;
  /** Reads the keys that sign access tokens; the member subgraph's operation unless given. */
  readonly readKeys?: () => Promise<JSONWebKeySet>;
  /** Until a request has its answer, milliseconds; `answerWithinMs` unless given. */
  readonly answerWithin?: number;
  /** Who has to be ready; all five unless given. */
  readonly subgraphs?: readonly SubgraphName[];
}

/** A gateway that is listening. */
export interface Gateway {
  readonly port: number;
  /**
   * Serves another graph from now on: schema, views, rules and documents change for all requests that begin later, and nothing changes for those under way.
   * Throws when it can't be served; then the one before is served on.
   */
  replaceGraph(graph: PublishedGraph): Promise<void>;
  /** Takes no request any more and finishes those under way. */
  stop(): Promise<void>;
}

/** Starts the gateway: verifies the caller, plans, asks the subgraphs, answers. Owns no data. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, metrics, access, introspection } = options;
  const transport = measuredTransport(guardedTransport(options.transport, { log }), metrics);
  const desk = createPointsDesk({
    store: options.points ?? null,
    clock: options.clock,
    onFailure: (error) => log.error({ err: error }, 'spent points could not be shared with other gateways'),
  });
  const spending = createSpending({ desk, budgets: options.budgets ?? usualBudgets, generousHere: access === 'open' });
  const { keepAnswersMs = 0 } = options;
  const serving = { transport, access, introspection, spending, keepAnswersMs, log };
  const serve = (graph: PublishedGraph) => serveGraph(graph, serving);
  const graphs = createGraphInForce(await serve({ documents: [], ...options }), (error) =>
    log.error({ err: error }, 'a graph that was replaced could not be stopped'),
  );
  const endedSessions = endedSessionsOf(options, transport);
  const { tracing = null, slowMs = usualSlowMs } = options;
  const observer = createRequestObserver({ metrics, tracing, slowMs });
  const crossOrigin = createCrossOrigin(options.origins ?? []);
  const answerGraph = createGraphHandler({
    graphs,
    resolveViewer: viewerResolver(options, transport, endedSessions),
    endedSessions,
    door: createDoor(usualDoor),
    observer,
    addressOf: createAddressReader(options.trustedProxies ?? []),
    crossOrigin,
    isClosing: () => isClosing(),
    log,
    answerWithin: options.answerWithin ?? answerWithinMs,
  });
  const app: FastifyInstance = fastify({
    logger: false,
    forceCloseConnections: 'idle',
    // The graph is what nearly everybody asks for: its requests don't pass through the router and the hooks of everything else.
    serverFactory: (answerOthers) =>
      createServer({ requestTimeout: uploadWithinMs, keepAliveTimeout: keptMs }, (request, response) =>
        isForGraph(request) ? answerGraph(request, response) : answerOthers(request, response),
      ),
  });
  const isClosing = hangUpWhenClosing(app);
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    done(null, payload);
  });
  registerCrossOrigin(app, crossOrigin);
  registerRefusals(app, log);
  registerHealth(app, { ready: readinessOf(transport, options.subgraphs ?? subgraphNames), metrics });
  await registerCallbacks(app, { transport, observer, log });
  await registerExplorer(app, options.explorerDir, {
    channels: knownChannels,
    demoAccounts: options.demo === true ? demoAccounts : [],
  });
  if (options.demo === true) registerDemoImages(app);
  const port = await listenWidely(app, { port: options.port, host: options.host ?? '0.0.0.0' });
  return {
    port,
    replaceGraph: async (graph) => graphs.replace(await serve(graph)),
    async stop() {
      await app.close();
      await graphs.stop();
      await desk.close();
    },
  };
}

/** A whole request may take a slow upload's time, milliseconds. */
const uploadWithinMs = 60_000;
/** How long a connection is kept for the next request, milliseconds: longer than the minute that load balancers keep theirs, so that it is they who end it. */
const keptMs = 72_000;
/** From here on an operation is slow unless the settings say otherwise, milliseconds. */
const usualSlowMs = 1_000;

/** For what the gateway asks on its own behalf. */
const ownCall = { viewer: systemViewer('gateway'), requestId: 'gateway', repeatable: true };

function endedSessionsOf({ clock, log }: GatewayOptions, transport: Transport): EndedSessions {
  const member = neighbourOf(memberOperations, transport);
  return createEndedSessions({
    read: (since) => member.endedSessions({ since }, ownCall),
    clock,
    onFailure: (error) => log.warn({ err: error }, 'ended sessions could not be asked for'),
  });
}

function viewerResolver({ clock, readKeys }: GatewayOptions, transport: Transport, endedSessions: EndedSessions) {
  const member = neighbourOf(memberOperations, transport);
  return createViewerResolver({
    verifyToken: createTokenVerifier({
      readKeys: readKeys ?? (async () => (await member.jwks({}, ownCall)) as JSONWebKeySet),
      clock,
    }),
    hasEnded: (sessionId) => endedSessions.includes(sessionId),
    findKeyHolder: createKeyLookup({
      authenticate: async (key) => (await member.authenticateApiKey({ key }, ownCall)).viewer,
      clock,
    }),
  });
}
