import { fileURLToPath } from 'node:url';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { startChild } from '../../scripts/child/child.ts';
import { freeBlock } from './free-ports.ts';
import { testSettings } from './test-settings.ts';
import type { Account, GraphFacts, Topology } from './world-facts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readyLimitMs = 60_000;

/** A process of the distributed topology. */
export interface GraphProcess {
  readonly service: SubgraphName | 'gateway';
  readonly port: number;
}

/** A graph that runs as a person would start it. */
export interface StartedGraph {
  readonly facts: GraphFacts;
  /** Where each process listens; none when everything is in one. */
  readonly processes: readonly GraphProcess[];
  /** Of the start script's watchdog; everything that the graph consists of descends from it. */
  readonly pid: number;
  stop(): Promise<void>;
}

export interface GraphOptions {
  readonly mongoUri: string;
  readonly databasePrefix: string;
  /** For secrets and the lock of the start. */
  readonly dataDir: string;
  readonly admin: Account;
  /** What else the services' settings shall read. */
  readonly env: Readonly<Record<string, string>>;
  /** Processes of each subgraph where they are distributed; 1 unless given. */
  readonly replicas?: number;
  /** Puts something between a process of a subgraph and its callers; gives the port by which they reach it. */
  readonly between?: (process: GraphProcess) => Promise<number>;
  /** Gets every line that the graph prints. */
  readonly onLine?: (line: string) => void;
}

/** Runs the script behind `npm start` or `npm run start:distributed` and waits until it says where the graph is. */
export async function startGraph(topology: Topology, options: GraphOptions): Promise<StartedGraph> {
  const { script, ports, subgraphUrls, processes } = await placeOf(topology, options.replicas ?? 1);
  const urls = options.between === undefined ? {} : await urlsThrough(options.between, processes);
  const lastLines: string[] = [];
  let heard: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => (heard = resolve));
  const child = startChild({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', script],
    cwd: root,
    endWith: 'TERM',
    env: {
      ...process.env,
      NODE_ENV: 'development',
      ...testSettings,
      LOG_LEVEL: 'error',
      DEMO_DATA: 'off',
      MONGODB_URI: options.mongoUri,
      MONGODB_DATABASE_PREFIX: options.databasePrefix,
      DATA_DIR: options.dataDir,
      FIRST_ADMIN_EMAIL: options.admin.identifier,
      FIRST_ADMIN_PASSWORD: options.admin.password,
      ...ports,
      ...urls,
      ...options.env,
    },
    onLine: (line) => {
      lastLines.push(line);
      if (lastLines.length > 30) lastLines.shift();
      options.onLine?.(line);
      const found = /^ *Graph +(http:\S+)\/graphql$/.exec(line)?.[1];
      if (found !== undefined) heard(found.replace('localhost', '127.0.0.1'));
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`was not ready after ${readyLimitMs / 1000} s`), readyLimitMs);
  });
  const ended = child.ended.then((code) => `ended with exit code ${code}`);
  const outcome = await Promise.race([url.then((at) => ({ at })), ended, tooLate]);
  clearTimeout(timer);
  if (typeof outcome === 'string') {
    await child.stop();
    throw new Error(`The graph (${topology}) ${outcome}:\n${lastLines.join('\n')}`);
  }
  const facts = { url: outcome.at, databasePrefix: options.databasePrefix, subgraphUrls, admin: options.admin };
  return { facts, processes, pid: child.pid, stop: () => child.stop() };
}

async function placeOf(topology: Topology, replicas: number) {
  if (topology === 'all in one') {
    return { script: 'scripts/start.ts', ports: { PORT: '0' }, subgraphUrls: {}, processes: [] };
  }
  // The gateway, the subgraphs behind it, and their replicas ten ports apart.
  const first = await freeBlock(10 * replicas);
  const portOf = new Map(subgraphNames.map((name, index) => [name, first + 1 + index]));
  return {
    script: 'scripts/start-distributed.ts',
    ports: {
      PORT: String(first),
      REPLICAS: String(replicas),
      ...Object.fromEntries([...portOf].map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)])),
    },
    subgraphUrls: Object.fromEntries([...portOf].map(([name, port]) => [name, `http://127.0.0.1:${port}`])),
    processes: [
      { service: 'gateway' as const, port: first },
      ...[...portOf].flatMap(([service, port]) =>
        Array.from({ length: replicas }, (_, index) => ({ service, port: port + 10 * index })),
      ),
    ],
  };
}

/** The settings by which the services find each other through what is between them. */
async function urlsThrough(
  between: (process: GraphProcess) => Promise<number>,
  processes: readonly GraphProcess[],
): Promise<Record<string, string>> {
  const urls: Record<string, string> = {};
  for (const name of subgraphNames) {
    const replicas = processes.filter(({ service }) => service === name);
    const ports = await Promise.all(replicas.map(between));
    urls[`${name.toUpperCase()}_URL`] = ports.map((port) => `http://127.0.0.1:${port}`).join(',');
  }
  return urls;
}
