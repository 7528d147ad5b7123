import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createDatabaseClock } from '#kit/mongo/database-clock.ts';
import { readConfig } from '#kit/config/config.ts';
import { crashWhenArmed } from '#kit/crash-points/crash-when-armed.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import { createLogger } from '#kit/logging/logger.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { createTracing } from '#kit/tracing/tracing.ts';
import { tracingSettings } from '#kit/tracing/settings.ts';
import { measuredTransport } from '#kit/transport/measured-transport.ts';
import { httpTransport } from '#kit/transport/transport.ts';
import { runProcess, type Stoppable } from './process.ts';
import { serveSubgraph } from './serve.ts';
import { portOf, sharedSettings, subgraphUrls } from './settings.ts';
import { tracedSubgraph } from './traced-subgraph.ts';
import type { CreateApp } from './wiring.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs a subgraph as this process, with the settings of the environment: the whole of every `subgraphs/<name>/main.ts`. `ownSettings` are those that the
 * subgraph's own config reads without more ado: what is wrong with them is told together with the others.
 */
export function runSubgraph(name: SubgraphName, createApp: CreateApp, ownSettings?: z.ZodObject): Promise<void> {
  return runProcess(name, () => startSubgraph(name, createApp, process.env, ownSettings));
}

/** Starts a subgraph that listens on HTTP: its database migrated, its relay and jobs at work. */
export async function startSubgraph(
  name: SubgraphName,
  createApp: CreateApp,
  env: Environment,
  ownSettings: z.ZodObject = z.object({}),
): Promise<Stoppable & { readonly port: number }> {
  const settings = readConfig(z.object({ ...ownSettings.shape, ...settingsOf(name).shape }), env);
  crashWhenArmed(name, env);
  const [secret = ''] = settings.INTERNAL_CALL_SECRETS;
  const log = createLogger({ service: name, level: settings.LOG_LEVEL });
  const metrics = createMetrics(name, { process: true });
  const tracing = createTracing(tracingSettings(env));
  const clock = createDatabaseClock();
  const calls = httpTransport({ urls: subgraphUrls(settings), secret, clock });
  const subgraph = await createApp({
    mongoUri: settings.MONGODB_URI,
    database: `${settings.MONGODB_DATABASE_PREFIX}_${name}`,
    transport: measuredTransport(calls, metrics),
    clock,
    onDatabase: (connection) => clock.follow(connection),
    log,
    metrics,
    env,
  });
  try {
    await subgraph.migrate();
    const traced = tracedSubgraph(subgraph, tracing);
    const app = await serveSubgraph(traced, { port: settings.PORT, secrets: settings.INTERNAL_CALL_SECRETS });
    await subgraph.start();
    const { port } = app.server.address() as AddressInfo;
    log.info({ port }, 'listening');
    return {
      port,
      async stop() {
        await app.close();
        await subgraph.stop();
        await calls.close();
        await tracing?.stop();
      },
    };
  } catch (error) {
    await subgraph.stop();
    await calls.close();
    throw error;
  }
}

function settingsOf(name: SubgraphName) {
  return z.object({
    ...sharedSettings,
    PORT: portOf(name),
    MONGODB_URI: z
      .string()
      .regex(/^mongodb(\+srv)?:\/\//)
      .describe('the address of a MongoDB replica set, for example mongodb://127.0.0.1:27017/?replicaSet=rs0'),
    MONGODB_DATABASE_PREFIX: z
      .string()
      .regex(/^[\w-]{1,40}$/)
      .default('fullchain')
      .describe('the start of the database names, 1 to 40 letters, digits, hyphens or underscores'),
  });
}
