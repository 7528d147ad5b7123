import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import { observeCommands, type ObservedCommand } from './observe-commands.ts';

export { ensureIndexes, IndexConflictError, type IndexSpec } from './indexes.ts';
export { defineCollection, defineModel, type ModelPlace } from './model.ts';
export { trusted, trustedExpression } from './trusted.ts';
export type { ObservedCommand } from './observe-commands.ts';

/** Where to connect. */
export interface MongoOptions {
  /** Of a replica set or a sharded cluster; its own database name, if any, is not used. */
  readonly uri: string;
  readonly database: string;
  /** Seen in the server's log and in `currentOp`. */
  readonly appName: string;
  /** Told of every command, for metrics and for tests that count queries. */
  readonly onCommand?: (command: ObservedCommand) => void;
  /** How long a command may take before it fails with "unknown", milliseconds; 0 for no limit (a long index build). Default 5 s. */
  readonly commandTimeoutMs?: number;
  /** How long to look for a primary, milliseconds. Default 3 s. */
  readonly serverSelectionTimeoutMs?: number;
  /** Connections that this process may hold open to one server. Default 30. */
  readonly maxPoolSize?: number;
}

/** The database can't be used; the message is one line, without the password that the address may hold. */
export class MongoUnusableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MongoUnusableError';
  }
}

/**
 * Opens a connection that loses nothing: majority and journalled writes, retried once by the driver, and a frozen primary noticed
 * within seconds by the heartbeat (1 s, given up after 2 s), which also interrupts what waits for it.
 * The socket's time limit stands in for `timeoutMS`, which this driver version ignores. Whoever gets no connection within 2 s, less than any caller waits,
 * gets an error that `isPoolExhausted` knows.
 * @throws MongoUnusableError when nobody answers, or when it is a lone server that has no transactions.
 */
export async function connectMongo(options: MongoOptions): Promise<Connection> {
  const selectionMs = options.serverSelectionTimeoutMs ?? 3_000;
  const where = withoutCredentials(options.uri);
  const connection = mongoose.createConnection(options.uri, {
    dbName: options.database,
    appName: options.appName,
    autoIndex: false,
    autoCreate: false,
    sanitizeFilter: true,
    retryWrites: true,
    writeConcern: { w: 'majority', journal: true },
    serverSelectionTimeoutMS: selectionMs,
    connectTimeoutMS: 2_000,
    heartbeatFrequencyMS: 1_000,
    socketTimeoutMS: options.commandTimeoutMs ?? 5_000,
    waitQueueTimeoutMS: 2_000,
    maxPoolSize: options.maxPoolSize ?? 30,
    monitorCommands: options.onCommand !== undefined,
  });
  try {
    await connection.asPromise();
  } catch (error) {
    await connection.destroy();
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error);
    throw new MongoUnusableError(`MongoDB at ${where} can't be reached: ${reason}`, { cause: error });
  }
  const client = connection.getClient();
  const hello = await client.db('admin').command({ hello: 1 });
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') {
    await connection.destroy();
    throw new MongoUnusableError(
      `MongoDB at ${where} is not a replica set; transactions need one (start it with --replSet).`,
    );
  }
  if (options.onCommand !== undefined) observeCommands(client, options.onCommand);
  return connection;
}

/** Scheme and hosts only: neither the user and password before them nor the options after them. */
function withoutCredentials(uri: string): string {
  return uri.replace(/^([a-z+]+:\/\/)(?:.*@)?([^/?]*).*$/s, '$1$2');
}
