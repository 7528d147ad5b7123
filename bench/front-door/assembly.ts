import { createHash } from 'node:crypto';
import { graphql } from 'graphql';
import type { JSONWebKeySet } from 'jose';
import { systemClock } from '#kit/clock/clock.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import { createLogger } from '#kit/logging/logger.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { createReplayGuard, signCall, verifyCall } from '#kit/transport/signature.ts';
import { measuredTransport } from '#kit/transport/measured-transport.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { createTracing } from '#kit/tracing/tracing.ts';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import type { AdmittedRequest } from '../../gateway/admission/admit.ts';
import { createDoor, usualDoor } from '../../gateway/bulkheads/door.ts';
import { guardedTransport } from '../../gateway/bulkheads/guarded-transport.ts';
import { usualBudgets } from '../../gateway/limits/points/budgets.ts';
import { createPointsDesk, createSpending } from '../../gateway/limits/points/spending.ts';
import { createRequestObserver } from '../../gateway/observing/observe-requests.ts';
import type { AccessRules } from '../../gateway/permissions/restriction.ts';
import { createAddressReader } from '../../gateway/server/caller.ts';
import { answerWithinMs } from '../../gateway/server/gateway-context.ts';
import { createCrossOrigin } from '../../gateway/server/cross-origin.ts';
import { createGraphHandler } from '../../gateway/server/graph-handler.ts';
import { serveGraph } from '../../gateway/server/served-graph.ts';
import { createGraphInForce } from '../../gateway/supergraph/graph-in-force.ts';
import { createTokenVerifier } from '../../gateway/viewer/access-tokens.ts';
import { createEndedSessions } from '../../gateway/viewer/ended-sessions.ts';
import { createViewerResolver } from '../../gateway/viewer/resolve-viewer.ts';
import { composeShop, subgraphSchemas } from '../gateway/shop-graph.ts';

/** The parts of the front door that can be left out of a gateway here, and nowhere else. */
export const frontDoorParts = ['viewer', 'admission', 'door', 'bulkheads', 'signature'] as const;
/** Requests are followed beside it: what that costs is told by itself. */
export type GatewayPart = (typeof frontDoorParts)[number] | 'tracing';

/** What every gateway of the benchmark is made of. */
export interface AssemblyOptions {
  readonly keys: JSONWebKeySet;
  readonly documents: readonly string[];
  /** Whose requests are answered where nobody is recognised. */
  readonly unrecognised: Viewer;
  /** What takes traces, where requests are followed. */
  readonly collector: string;
}

/** A gateway without a socket: requests are put into it. */
export interface Assembly {
  readonly answer: ReturnType<typeof createGraphHandler>;
  /** How often a subgraph was asked. */
  calls(): number;
  stop(): Promise<void>;
}

const secret = 'a secret of the benchmark, long enough';
const accessRules: AccessRules = {
  'Query.me': { kind: 'AUTHENTICATED' },
  'Member.orders': { kind: 'AUTHENTICATED' },
  'Order.shipments': { kind: 'AUTHENTICATED' },
  'Mutation.renameOrder': { kind: 'SCOPES', anyOf: [['order:write']] },
};

/** Puts a gateway together as `gateway/server/create-gateway.ts` does, from the same parts, without those that are not named. */
export async function assemble(on: ReadonlySet<GatewayPart>, options: AssemblyOptions): Promise<Assembly> {
  const log = createLogger({ service: 'gateway', level: 'silent' });
  const supergraphSdl = composeShop({});
  const memory = memoryTransport(on.has('signature'));
  const metrics = createMetrics('gateway');
  const guarded = on.has('bulkheads') ? guardedTransport(memory.transport, { log }) : memory.transport;
  const transport = measuredTransport(guarded, metrics);
  // Slow is nothing here: on a busy machine everything would be.
  const tracing = createTracing({
    endpoint: on.has('tracing') ? options.collector : null,
    ratio: 0.01,
    slowMs: 60_000,
  });
  const desk = createPointsDesk({ store: null, clock: systemClock, onFailure: () => undefined });
  // As many points as the benchmark needs.
  const budgets = { caller: 1e12, partner: usualBudgets.partner, address: 1e12 };
  const spending = createSpending({ desk, budgets, generousHere: false });
  const served = await serveGraph(
    { supergraphSdl, accessRules, documents: options.documents },
    { transport, access: 'guarded', introspection: false, spending, keepAnswersMs: 0, log },
  );
  const admit = on.has('admission') ? served.admit : admittedBefore(served.admit, options);
  const graphs = createGraphInForce({ ...served, admit }, () => undefined);
  const endedSessions = createEndedSessions({
    read: async () => ({ sessionIds: [], asOf: 'now' }),
    clock: systemClock,
    onFailure: () => undefined,
  });
  const answer = createGraphHandler({
    graphs,
    resolveViewer: on.has('viewer')
      ? createViewerResolver({
          verifyToken: createTokenVerifier({ readKeys: async () => options.keys, clock: systemClock }),
          hasEnded: (sessionId) => endedSessions.includes(sessionId),
          findKeyHolder: async () => null,
        })
      : async () => options.unrecognised,
    endedSessions,
    door: on.has('door') ? createDoor(usualDoor) : { enter: () => () => undefined, expect: () => () => undefined },
    observer: createRequestObserver({ metrics, tracing, slowMs: 60_000 }),
    addressOf: createAddressReader([]),
    crossOrigin: createCrossOrigin([]),
    isClosing: () => false,
    log,
    answerWithin: answerWithinMs,
  });
  return {
    answer,
    calls: memory.calls,
    async stop() {
      await graphs.stop();
      await tracing?.stop();
      await desk.close();
    },
  };
}

/** What was admitted once, found again by its hash: no limit, view, rule or point is looked at. */
function admittedBefore(
  admit: Awaited<ReturnType<typeof serveGraph>>['admit'],
  { documents, unrecognised }: AssemblyOptions,
): typeof admit {
  const known = new Map<string, AdmittedRequest>();
  for (const query of documents) {
    const documentHash = createHash('sha256').update(query).digest('hex');
    const viewer = { ...unrecognised, scopes: ['order:write'] };
    const params = { documentHash, variables: {}, operationName: null, readsOnly: false };
    known.set(documentHash, admit(params, { viewer, address: '192.0.2.1', span: null }));
  }
  return ({ documentHash = '', variables }) => {
    const found = known.get(documentHash);
    if (found === undefined) throw new Error('a document that was not admitted before');
    return { ...found, variables };
  };
}

/** Subgraphs in memory whose every answer is worked out once; reading and writing JSON is as it is over HTTP. */
function memoryTransport(signed: boolean): { readonly transport: Transport; calls(): number } {
  const schemas = subgraphSchemas();
  const answers = new Map<string, string>();
  const replays = createReplayGuard();
  let calls = 0;
  async function answerTo(target: SubgraphName, text: string): Promise<string> {
    const schema = schemas.get(target);
    if (schema === undefined) throw new Error(`there is no ${target}`);
    const { query: source, variables } = JSON.parse(text) as { query: string; variables: Record<string, unknown> };
    return JSON.stringify(await graphql({ schema, source, variableValues: variables }));
  }
  const transport: Transport = {
    async call(target, path, body, { viewer, requestId, clientAddress }) {
      calls += 1;
      const text = JSON.stringify(body);
      if (signed) {
        const call = { target: `${target}${path}`, body: text, now: systemClock.now() };
        const header = signCall({ ...call, secret, viewer, requestId, clientAddress });
        verifyCall({ ...call, secrets: [secret], header, replays });
      }
      const key = `${target} ${text}`;
      const answer = answers.get(key) ?? (await answerTo(target, text));
      answers.set(key, answer);
      return JSON.parse(answer);
    },
    close: async () => undefined,
  };
  return { transport, calls: () => calls };
}

/** Somebody who isn't signed in. */
export const nobody = anonymousViewer({ channel: 'web', locale: 'en' });
