import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';
import { startChild, type Child } from '../child/child.ts';
import { findMongod, type Log } from './find-mongod.ts';
import { freePort, MongodError, mongodArguments } from './start-mongod.ts';

/** One mongod of the set, which can be treated badly. */
export interface MongoNode {
  readonly port: number;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again with its data. */
  restart(): Promise<void>;
  /** It keeps its connections and says nothing any more. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** As a secondary it takes part in elections, but copies nothing from the primary any more. */
  fallBehind(): Promise<void>;
  catchUp(): Promise<void>;
}

/** A replica set of three on this machine that elects a new primary two seconds after the old one has gone. */
export interface ThreeNodes {
  readonly uri: string;
  readonly nodes: readonly MongoNode[];
  /** Waits until one of them takes writes. */
  primary(): Promise<MongoNode>;
  /** Ends all of them and removes their data. */
  stop(): Promise<void>;
}

/**
 * A node that is gone is replaced after two seconds. One that is frozen keeps its connections: the others notice by their own time limits, which by default
 * are ten seconds for a heartbeat and six for the log that a secondary copies. Without shorter ones a new primary waits that long for a majority.
 */
const settings = { electionTimeoutMillis: 2_000, heartbeatIntervalMillis: 500, heartbeatTimeoutSecs: 2 };
const shorterLogTimeout = ['--setParameter', 'oplogNetworkTimeoutBufferSeconds=1'];
/** So that a secondary can be told to fall behind. */
const obedient = ['--setParameter', 'enableTestCommands=1'];
const copying = 'stopReplProducer';
const primaryLimitMs = 30_000;
const patienceMs = 30_000;

/** Starts three mongods as the replica set `rs0`, each with its data below `folder`. All end when this process ends. */
export async function startThreeNodes(folder: string, log: Log): Promise<ThreeNodes> {
  const binary = await findMongod(log);
  const nodes = await Promise.all(['a', 'b', 'c'].map((name) => startNode(binary, join(folder, name))));
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const primary = async (): Promise<MongoNode> => {
    const deadline = performance.now() + primaryLimitMs;
    while (performance.now() < deadline) {
      const found = await Promise.all(nodes.map(async (node) => ((await isPrimary(node.port)) ? node : null)));
      const one = found.find((node) => node !== null);
      if (one) return one;
      await pause(50);
    }
    throw new MongodError(`MongoDB: no primary after ${primaryLimitMs / 1000} s`);
  };
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.end()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await initiate(nodes[0]?.port ?? 0, hosts);
    await primary();
  } catch (error) {
    await stop();
    throw error;
  }
  return { uri: `mongodb://${hosts.join(',')}/?replicaSet=rs0`, nodes, primary, stop };
}

async function startNode(binary: string, folder: string): Promise<MongoNode & { end(): Promise<void> }> {
  const dataDir = join(folder, 'db');
  await mkdir(dataDir, { recursive: true });
  const port = await freePort();
  const args = [...mongodArguments(port, { dataDir, cacheGb: 0.25 }), ...shorterLogTimeout, ...obedient];
  const run = (): Child => startChild({ command: binary, args, endWith: 'KILL' });
  let child = run();
  await atNode(port, patienceMs, (admin) => admin.command({ ping: 1 }));
  // The child is mongod's watchdog; mongod itself writes down who it is.
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    process.kill(Number(await readFile(join(dataDir, 'mongod.lock'), 'utf8')), name);
  };
  return {
    port,
    async kill() {
      await signal('SIGKILL');
      await child.ended;
    },
    async restart() {
      child = run();
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async fallBehind() {
      await atNode(port, patienceMs, async (admin) => {
        const { count } = await admin.command({ configureFailPoint: copying, mode: 'alwaysOn' });
        // What is under way when it is told may still be copied.
        await admin.command({ waitForFailPoint: copying, timesEntered: Number(count) + 1, maxTimeMS: patienceMs });
      });
    },
    async catchUp() {
      await atNode(port, patienceMs, (admin) => admin.command({ configureFailPoint: copying, mode: 'off' }));
    },
    end: () => child.stop(),
  };
}

async function initiate(port: number, hosts: readonly string[]): Promise<void> {
  const members = hosts.map((host, _id) => ({ _id, host }));
  await atNode(port, patienceMs, (admin) => admin.command({ replSetInitiate: { _id: 'rs0', members, settings } }));
}

/** One that is gone or frozen isn't. */
async function isPrimary(port: number): Promise<boolean> {
  try {
    const hello = await atNode(port, 1_000, (admin) => admin.command({ hello: 1 }));
    return hello['isWritablePrimary'] === true;
  } catch (error) {
    if (error instanceof mongoose.mongo.MongoError) return false;
    throw error;
  }
}

async function atNode<T>(port: number, patienceMs: number, ask: (admin: mongoose.mongo.Db) => Promise<T>): Promise<T> {
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/`, {
    directConnection: true,
    serverSelectionTimeoutMS: patienceMs,
    socketTimeoutMS: patienceMs,
  });
  try {
    return await ask(client.db('admin'));
  } finally {
    await client.close();
  }
}
