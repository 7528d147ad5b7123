import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { createChangeFeed, type ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { createChangeStreams, type ChangeStreams } from '#kit/change-feed/change-streams.ts';
import type { Clock } from '#kit/clock/clock.ts';
import { readConfig } from '#kit/config/config.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import type { Metrics } from '#kit/metrics/metrics.ts';
import { connectMongo } from '#kit/mongo/connect.ts';
import type { Transport } from '#kit/transport/transport.ts';
import type { Subgraph } from './subgraph.ts';

/** What a process gives each subgraph it hosts. The same in both topologies. */
export interface Wiring {
  readonly mongoUri: string;
  /** The name of the subgraph's own database. */
  readonly database: string;
  /** The change stream of a process that hosts several subgraphs; a subgraph without one opens its own. */
  readonly streams?: ChangeStreams;
  /** The way to the other subgraphs. */
  readonly transport: Transport;
  readonly clock: Clock;
  /** Told of the database as soon as it is open; the subgraph waits for it. */
  readonly onDatabase?: (connection: Connection) => Promise<void>;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The environment, for the subgraph's own `config.ts`; nothing else reads it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What every `subgraphs/<name>/app.ts` exports. Throws ConfigError or MongoUnusableError with one clear line. */
export type CreateApp = (wiring: Wiring) => Promise<Subgraph>;

/** Opens a subgraph's own database, with its commands measured. */
export async function openDatabase(
  name: SubgraphName,
  { mongoUri, database, metrics, onDatabase }: Wiring,
): Promise<Connection> {
  const connection = await connectMongo({
    uri: mongoUri,
    database,
    appName: `fullchain-${name}`,
    onCommand: (command) => metrics.mongoCommand(command),
  });
  await onDatabase?.(connection);
  return connection;
}

/** Tells what changes in a subgraph's own database, from the subgraph's start on. */
export function changesOf(connection: Connection, { streams, database, log, metrics }: Wiring): ChangeFeed {
  return createChangeFeed(streams ?? createChangeStreams(connection.getClient(), log), { database, metrics });
}

const nearCacheSettings = z.object({
  NEAR_CACHE: z
    .enum(['on', 'off'])
    .default('on')
    .describe('on to answer shoppers from memory that follows the database, off to ask the database each time'),
});

/** The feed that a subgraph's near caches follow; null when the operator wants none. */
export function nearCacheFeed(feed: ChangeFeed, { env }: Pick<Wiring, 'env'>): ChangeFeed | null {
  return readConfig(nearCacheSettings, env).NEAR_CACHE === 'on' ? feed : null;
}
