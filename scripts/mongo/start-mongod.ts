import { mkdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';
import { startChild, type Child } from '../child/child.ts';
import { findMongod, type Log } from './find-mongod.ts';

const startLimitMs = 30_000;
/** How long to wait for a mongod that is just ending to let go of the data folder. */
const folderLimitMs = 12_000;
/** mongod's exit codes for "another mongod uses this folder" and "the port is taken". */
const folderInUse = 100;
const portInUse = 48;

export interface MongodOptions {
  /** Where the data is; created when missing. The log is written beside it. */
  readonly dataDir: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Gigabytes of cache. */
  readonly cacheGb: number;
  /** True: the folder that holds `dataDir` is thrown away at the end, so mongod need not be stopped gently. */
  readonly throwaway?: boolean;
  readonly log: Log;
}

/** A running mongod. */
export interface Mongod extends Child {
  /** Of the replica set, without a database name. */
  readonly uri: string;
  readonly port: number;
}

/** MongoDB could not be started; the message is one line. */
export class MongodError extends Error {
  override readonly name = 'MongodError';
}

/**
 * Starts a one-node replica set `rs0` on 127.0.0.1 that ends when this process ends, and waits until it takes writes.
 * Data left by an earlier run on another port is taken over.
 */
export async function startMongod(options: MongodOptions): Promise<Mongod> {
  const binary = await findMongod(options.log);
  await mkdir(options.dataDir, { recursive: true });
  await rm(logFile(options), { force: true });
  const folderDeadline = performance.now() + folderLimitMs;
  for (;;) {
    const port = options.port === 0 ? await freePort() : options.port;
    const attempt = launch(binary, port, options);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), startLimitMs);
    const state = await Promise.race([waitForWrites(port, limit.signal), attempt.ended]);
    limit.abort();
    clearTimeout(timer);
    if (state === 'writable') return attempt;
    await attempt.stop();
    // A mongod that is just ending still holds the folder; a port can be taken between our look and mongod's.
    if (state === folderInUse && performance.now() < folderDeadline) await pause(250);
    else if (state === folderInUse) throw new MongodError('MongoDB: another mongod uses the same data folder');
    else if (state === portInUse && options.port !== 0) throw new MongodError(`MongoDB: port ${port} is in use`);
    else if (state !== portInUse)
      throw new MongodError(`MongoDB: mongod did not start (${await lastWords(options, state)})`);
  }
}

function launch(binary: string, port: number, options: MongodOptions): Mongod {
  const child = startChild({
    command: binary,
    args: mongodArguments(port, options),
    endWith: options.throwaway === true ? 'KILL' : 'TERM',
    ...(options.throwaway === true ? { removeAfterwards: dirname(options.dataDir) } : {}),
  });
  return { ...child, port, uri: `mongodb://127.0.0.1:${port}/?replicaSet=rs0` };
}

/** How a member of `rs0` is run. */
export function mongodArguments(port: number, options: Pick<MongodOptions, 'dataDir' | 'cacheGb'>): string[] {
  return [
    ...['--dbpath', options.dataDir, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', 'rs0'],
    ...[
      '--wiredTigerCacheSizeGB',
      String(options.cacheGb),
      '--oplogSize',
      '256',
      '--logpath',
      logFile(options),
      '--logappend',
    ],
    ...['--nounixsocket', '--quiet'],
    // The default makes a primary wait 15 s for another node to take over; there is none.
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    // What a process that was killed in the middle of a transaction has touched stays locked for this long; the default is a minute.
    ...['--setParameter', 'transactionLifetimeLimitSeconds=5'],
  ];
}

const logFile = (options: Pick<MongodOptions, 'dataDir'>): string => join(dirname(options.dataDir), 'mongod.log');

/** A free port below the range that the system hands out for outgoing connections, so that none is lost to one. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new MongodError('MongoDB: no free port between 20000 and 32000');
}

/** Resolves when the node takes writes; gives up at `signal`. */
async function waitForWrites(port: number, signal: AbortSignal): Promise<'writable' | 'late'> {
  while (!signal.aborted) {
    if (await listens(port)) {
      const state = await configureAndAsk(port);
      if (state === 'writable') return state;
    }
    await pause(25);
  }
  return 'late';
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

async function configureAndAsk(port: number): Promise<'writable' | 'not yet'> {
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/`, {
    directConnection: true,
    serverSelectionTimeoutMS: 2_000,
  });
  try {
    const admin = client.db('admin');
    await configure(admin, port);
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const hello = await admin.command({ hello: 1 });
      if (hello['isWritablePrimary'] === true) return 'writable';
      await pause(25);
    }
    return 'not yet';
  } catch (error) {
    // Between two states of the replica set commands are refused and connections closed: the deadline decides.
    if (error instanceof mongoose.mongo.MongoError) return 'not yet';
    throw error;
  } finally {
    await client.close();
  }
}

/** Makes a fresh node the only member of `rs0`, and moves a member that was on another port to this one. */
async function configure(admin: mongoose.mongo.Db, port: number): Promise<void> {
  const host = `127.0.0.1:${port}`;
  try {
    const { config } = await admin.command({ replSetGetConfig: 1 });
    if (config.members[0].host === host) return;
    const moved = { ...config, version: config.version + 1, members: [{ ...config.members[0], host }] };
    await admin.command({ replSetReconfig: moved, force: true });
  } catch (error) {
    const fresh = error instanceof mongoose.mongo.MongoServerError && error.codeName === 'NotYetInitialized';
    if (!fresh) throw error;
    await admin.command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host }] } });
  }
}

async function lastWords(options: MongodOptions, state: number | 'late'): Promise<string> {
  if (state === 'late') return `no writes after ${startLimitMs / 1000} s; see ${logFile(options)}`;
  const lines = (await readFile(logFile(options), 'utf8').catch(() => '')).trim().split('\n');
  const said = lines.findLast((line) => line.includes('"s":"F"') || line.includes('"s":"E"')) ?? '';
  const reason = /"error":"([^"]+)"/.exec(said)?.[1] ?? /"msg":"([^"]+)"/.exec(said)?.[1];
  return `exit code ${state}${reason === undefined ? '' : `: ${reason}`}`;
}
