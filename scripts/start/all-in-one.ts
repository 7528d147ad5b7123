import { join } from 'node:path';
import type { Logger } from 'pino';
import { systemClock, type Clock } from '#kit/clock/clock.ts';
import { createChangeStreams } from '#kit/change-feed/change-streams.ts';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { connectMongo } from '#kit/mongo/connect.ts';
import type { Subgraph } from '#kit/subgraph/subgraph.ts';
import { tracedSubgraph } from '#kit/subgraph/traced-subgraph.ts';
import type { CreateApp, Wiring } from '#kit/subgraph/wiring.ts';
import { tracingSettings } from '#kit/tracing/settings.ts';
import { createTracing } from '#kit/tracing/tracing.ts';
import { measuredTransport } from '#kit/transport/measured-transport.ts';
import { inProcessTransport, type Transport } from '#kit/transport/transport.ts';
import { frontDoorConfig } from '../../gateway/config.ts';
import { createGateway, type Gateway } from '../../gateway/server/create-gateway.ts';
import { readPublishedGraph, type ComposedGraph } from '../../gateway/supergraph/read-graph.ts';
import { answerWithinMs } from '../../gateway/server/gateway-context.ts';

const root = join(import.meta.dirname, '..', '..');

/** Loaded when needed: a start that is refused earlier has nothing to wait for. */
type Apps = Readonly<Partial<Record<SubgraphName, () => Promise<{ createApp: CreateApp }>>>>;
const allApps: Apps = {
  product: () => import('../../subgraphs/product/app.ts'),
  promotion: () => import('../../subgraphs/promotion/app.ts'),
  member: () => import('../../subgraphs/member/app.ts'),
  order: () => import('../../subgraphs/order/app.ts'),
  logistics: () => import('../../subgraphs/logistics/app.ts'),
};

export interface AllInOneOptions {
  /** A replica set. */
  readonly mongoUri: string;
  /** Each subgraph's database is called `<prefix>_<name>`. */
  readonly databasePrefix: string;
  /** Where the gateway listens; 0 takes any free port. */
  readonly port: number;
  /** All interfaces unless given. */
  readonly host?: string;
  /** Sign the calls between the services; the first signs. */
  readonly secrets: readonly string[];
  readonly log: Logger;
  readonly clock?: Clock;
  /** What the configs of the gateway and the subgraphs read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** With demo data everybody may explore the graph. Loading it is the caller's. */
  readonly demo?: boolean;
  /** Other apps than the real ones, with their graph; for tests of the start itself. */
  readonly instead?: { readonly apps: Apps; readonly graph: ComposedGraph };
}

/** The whole graph, running in this process. */
export interface AllInOne {
  readonly url: string;
  readonly port: number;
  readonly subgraphs: Readonly<Partial<Record<SubgraphName, Subgraph>>>;
  /** Stops the gateway, then the subgraphs; finishes what is under way. */
  stop(): Promise<void>;
}

/** Starts the gateway and all subgraphs in this process. What was started is stopped again when a part of it can't. */
export async function startAllInOne(options: AllInOneOptions): Promise<AllInOne> {
  const { secrets, log, clock = systemClock, instead } = options;
  const watching = await connectMongo({
    uri: options.mongoUri,
    database: 'admin',
    appName: 'fullchain-changes',
    maxPoolSize: 2,
  });
  const streams = createChangeStreams(watching.getClient(), log);
  const observed = tracingSettings(options.env);
  const tracing = createTracing(observed);
  const subgraphs: Partial<Record<SubgraphName, Subgraph>> = {};
  const subgraphOf = (name: SubgraphName) => subgraphs[name];
  const between = inProcessTransport({ subgraphOf, secrets, clock });
  const each = (work: (subgraph: Subgraph) => Promise<void>) => Promise.all(Object.values(subgraphs).map(work));
  async function stopSubgraphs(): Promise<void> {
    // All of them rest before the first one closes its database: a relay may be delivering to any of them.
    await each((subgraph) => subgraph.rest());
    await each((subgraph) => subgraph.stop());
    await watching.close();
  }
  let gateway: Gateway;
  try {
    const names = subgraphNames.filter((name) => (instead?.apps ?? allApps)[name]);
    const created = await Promise.allSettled(
      names.map(async (name) => {
        const subgraph = tracedSubgraph(await createSubgraphOf(name, { ...options, streams }, between), tracing);
        subgraphs[name] = subgraph;
        await subgraph.migrate();
      }),
    );
    // Settled, so that a late one can't escape being stopped.
    for (const result of created) if (result.status === 'rejected') throw result.reason;
    // Only when all are there: a relay or a job may call any of them.
    await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.start()));
    gateway = await createGateway({
      ...(await readPublishedGraph(join(root, 'schema'))),
      ...instead?.graph,
      transport: inProcessTransport({ subgraphOf, secrets, clock, timeoutMs: answerWithinMs }),
      port: options.port,
      ...(options.host === undefined ? {} : { host: options.host }),
      ...frontDoorConfig({ ...options.env, DEMO_DATA: options.demo === true ? 'on' : 'off' }),
      explorerDir: join(root, 'explorer', 'dist'),
      clock,
      log: log.child({ service: 'gateway' }),
      metrics: createMetrics('gateway', { process: true }),
      tracing,
      slowMs: observed.slowMs,
      subgraphs: names,
    });
  } catch (error) {
    await stopSubgraphs();
    await tracing?.stop();
    throw error;
  }
  return {
    url: `http://localhost:${gateway.port}`,
    port: gateway.port,
    subgraphs,
    async stop() {
      await gateway.stop();
      await stopSubgraphs();
      await tracing?.stop();
    },
  };
}

async function createSubgraphOf(
  name: SubgraphName,
  options: AllInOneOptions & Pick<Wiring, 'streams'>,
  between: Transport,
): Promise<Subgraph> {
  const { mongoUri, databasePrefix, streams, log, clock = systemClock, env, demo = false, instead } = options;
  const load = (instead?.apps ?? allApps)[name];
  if (!load) throw new Error(`there is no app of ${name}`);
  const { createApp } = await load();
  const metrics = createMetrics(name);
  return createApp({
    mongoUri,
    database: `${databasePrefix}_${name}`,
    streams,
    transport: measuredTransport(between, metrics),
    clock,
    log: log.child({ service: name }),
    metrics,
    env: { ...env, DEMO_DATA: demo ? 'on' : 'off' },
  });
}
