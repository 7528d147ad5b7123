import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import { systemClock, type Clock } from '#kit/clock/clock.ts';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { runLogger } from '#kit/testing/run-logs.ts';
import { serveSubgraph } from '#kit/subgraph/serve.ts';
import type { Subgraph } from '#kit/subgraph/subgraph.ts';
import { tracedSubgraph } from '#kit/subgraph/traced-subgraph.ts';
import type { CreateApp, Wiring } from '#kit/subgraph/wiring.ts';
import { tracingSettings } from '#kit/tracing/settings.ts';
import { createTracing } from '#kit/tracing/tracing.ts';
import { measuredTransport } from '#kit/transport/measured-transport.ts';
import { httpTransport, type Transport } from '#kit/transport/transport.ts';
import { frontDoorConfig } from '../../gateway/config.ts';
import { readManifests } from '../../gateway/documents/read-manifests.ts';
import { createGateway } from '../../gateway/server/create-gateway.ts';
import { readGraph, type ComposedGraph } from '../../gateway/supergraph/read-graph.ts';
import { startAllInOne } from '../../scripts/start/all-in-one.ts';
import { createApp as createLogistics } from '../../subgraphs/logistics/app.ts';
import { createApp as createMember } from '../../subgraphs/member/app.ts';
import { createPasswordHasher } from '../../subgraphs/member/password/password-hasher.ts';
import { createApp as createOrder } from '../../subgraphs/order/app.ts';
import { createApp as createProduct } from '../../subgraphs/product/app.ts';
import { createApp as createPromotion } from '../../subgraphs/promotion/app.ts';
import { openCarriers } from '../world/carriers.ts';
import type { ShopPlace } from '../world/shop.ts';
import { testSettings } from './test-settings.ts';
import { createWatch, watched, type Watch } from './watch.ts';
import { worldFacts, type Topology } from './world-facts.ts';

const root = join(import.meta.dirname, '..', '..');
/** As in production, but for what trying a password costs: everybody signs in again whenever a test moves its clock. The run's own graphs take the full price. */
const quickHasher = createPasswordHasher({ log2N: 10, r: 8, p: 1 });
const apps: Readonly<Record<SubgraphName, CreateApp>> = {
  product: createProduct,
  promotion: createPromotion,
  member: (wiring) => createMember(wiring, quickHasher),
  order: createOrder,
  logistics: createLogistics,
};

/** A graph of one test file's own, in the test's process: its clock can be moved and its inside can be watched. */
export interface PrivateGraph extends ShopPlace {
  readonly subgraphs: Readonly<Record<SubgraphName, Subgraph>>;
  readonly watch: Watch;
  /** What another graph on the same databases has to know. */
  readonly place: { readonly databasePrefix: string; readonly secret: string; readonly admin: ShopPlace['admin'] };
  stop(): Promise<void>;
}

export interface PrivateGraphOptions {
  readonly clock?: Clock;
  /** Settings of the subgraphs. */
  readonly env?: Readonly<Record<string, string>>;
  /** As with demo data, but empty: the schema may be asked for. */
  readonly demo?: boolean;
  /** Works on the databases of that graph, which has to be stopped later. */
  readonly beside?: PrivateGraph;
  /** Where its services log; into the logs of the run unless given. */
  readonly log?: Logger;
}

/** Starts a graph with databases of its own. `distributed` here means that every service listens and is called over HTTP. */
export async function startPrivateGraph(topology: Topology, options: PrivateGraphOptions = {}): Promise<PrivateGraph> {
  const { mongoUri } = worldFacts();
  const { clock = systemClock, demo = false, log = runLogger('private-graph') } = options;
  const shared = options.beside?.place ?? {
    databasePrefix: `e2e_own_${randomBytes(4).toString('hex')}`,
    secret: randomBytes(24).toString('hex'),
    admin: { identifier: 'admin@example.com', password: randomBytes(12).toString('hex') },
  };
  const { databasePrefix, secret, admin } = shared;
  const env = {
    NODE_ENV: 'development',
    ...testSettings,
    MEMBER_KEY_SECRET: secret,
    PERSONAL_DATA_KEYS: secret,
    FIRST_ADMIN_EMAIL: admin.identifier,
    FIRST_ADMIN_PASSWORD: admin.password,
    ...options.env,
  };
  const watch = createWatch();
  const seen = (name: SubgraphName) => watched(name, apps[name], watch);
  const composed = await readGraph(join(root, 'schema'));
  const common = { mongoUri, databasePrefix, clock, env, demo, composed, log };
  const running = await (topology === 'all in one' ? inOneProcess : overHttp)({ ...common, secret, seen });
  const place = { url: `http://127.0.0.1:${running.port}`, admin };
  if (options.beside === undefined) await openCarriers(place);
  return {
    ...place,
    clock,
    subgraphs: running.subgraphs,
    watch,
    place: shared,
    async stop() {
      await running.stop();
      if (options.beside !== undefined) return;
      const connection = await mongoose.createConnection(mongoUri).asPromise();
      for (const name of subgraphNames) await connection.useDb(`${databasePrefix}_${name}`).dropDatabase();
      await connection.close();
    },
  };
}

interface Parts extends Pick<Wiring, 'mongoUri' | 'clock' | 'log' | 'env'> {
  readonly databasePrefix: string;
  readonly demo: boolean;
  readonly composed: ComposedGraph;
  readonly secret: string;
  readonly seen: (name: SubgraphName) => CreateApp;
}
interface Running {
  readonly port: number;
  readonly subgraphs: Readonly<Record<SubgraphName, Subgraph>>;
  stop(): Promise<void>;
}

async function inOneProcess({ seen, composed, secret, ...options }: Parts): Promise<Running> {
  const graph = await startAllInOne({
    ...options,
    port: 0,
    host: '127.0.0.1',
    secrets: [secret],
    instead: {
      graph: composed,
      apps: Object.fromEntries(subgraphNames.map((name) => [name, async () => ({ createApp: seen(name) })])),
    },
  });
  return { port: graph.port, subgraphs: graph.subgraphs as Running['subgraphs'], stop: () => graph.stop() };
}

async function overHttp({ seen, composed, secret, databasePrefix, demo, ...wiring }: Parts): Promise<Running> {
  const { clock, log } = wiring;
  // Handed to the subgraphs before their addresses are known.
  const reach: { between?: Transport } = {};
  const transport: Transport = {
    call: (...call) => {
      if (reach.between === undefined) throw new Error('called before all services listen');
      return reach.between.call(...call);
    },
    close: async () => reach.between?.close(),
  };
  const subgraphs = {} as Record<SubgraphName, Subgraph>;
  const urls: Partial<Record<SubgraphName, string>> = {};
  const tracing = createTracing(tracingSettings(wiring.env));
  const stops: (() => Promise<unknown>)[] = [async () => tracing?.stop(), () => transport.close()];
  await Promise.all(
    subgraphNames.map(async (name) => {
      const database = `${databasePrefix}_${name}`;
      const metrics = createMetrics(name);
      const calls = measuredTransport(transport, metrics);
      const subgraph = tracedSubgraph(await seen(name)({ ...wiring, database, transport: calls, metrics }), tracing);
      subgraphs[name] = subgraph;
      stops.push(() => subgraph.stop());
      await subgraph.migrate();
      const app = await serveSubgraph(subgraph, { port: 0, host: '127.0.0.1', secrets: [secret] });
      stops.push(() => app.close());
      urls[name] = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    }),
  );
  reach.between = httpTransport({ urls, secret, clock });
  for (const subgraph of Object.values(subgraphs)) await subgraph.start();
  const gateway = await createGateway({
    ...composed,
    transport: httpTransport({ urls, secret, clock, timeoutMs: 4_800 }),
    port: 0,
    host: '127.0.0.1',
    documents: await readManifests(join(root, 'schema', 'persisted-documents')),
    ...frontDoorConfig({ ...wiring.env, DEMO_DATA: demo ? 'on' : 'off' }),
    explorerDir: join(root, 'explorer', 'dist'),
    clock,
    log,
    metrics: createMetrics('gateway'),
    tracing,
  });
  stops.push(() => gateway.stop());
  return {
    port: gateway.port,
    subgraphs,
    async stop() {
      for (const stop of stops.toReversed()) await stop();
    },
  };
}
