import { randomBytes } from 'node:crypto';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CrashPointName } from '#kit/crash-points/crash-points.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { startTcpProxy, type TcpProxy } from '#kit/testing/tcp-proxy.ts';
import { startGraph, type GraphProcess, type StartedGraph } from '../setup/start-graph.ts';
import { openCarriers } from '../world/carriers.ts';
import { pidsOf } from './running-processes.ts';

/** What can be killed. */
export type Service = GraphProcess['service'];

export interface FireOptions {
  readonly mongoUri: string;
  /** For secrets, armed crash points and the lock of the start. */
  readonly folder: string;
  /** Processes of each subgraph. */
  readonly replicas: number;
  /** How long an order may stay unpaid. */
  readonly unpaidMinutes: number;
  /** By how much the clocks of every other replica are wrong, milliseconds; right unless given. */
  readonly wrongClockMs?: number;
  /** Gets every line that the processes print; what they warn of is among it then. */
  readonly onLine?: (line: string) => void;
}

/** A distributed graph whose processes can be killed and whose links can be hurt. */
export interface GraphUnderFire extends Pick<StartedGraph, 'facts' | 'processes'> {
  readonly mongoUri: string;
  /** Signs the calls between the services, and keeps the keys of the members' tokens. */
  readonly secret: string;
  /** Before each process of a subgraph, in the order of `processes`. */
  readonly links: readonly { readonly service: Service; readonly link: TcpProxy }[];
  /** The ids of a service's running processes. */
  pidsOf(service: Service): Promise<number[]>;
  /** The next process of the service that comes to the point dies there. */
  arm(service: Service, point: CrashPointName): Promise<void>;
  isArmed(service: Service, point: CrashPointName): Promise<boolean>;
  disarm(service: Service, point: CrashPointName): Promise<void>;
  /** Waits until every process is there and says that it is ready; throws after two minutes. */
  untilHealthy(): Promise<void>;
  stop(): Promise<void>;
}

const wrongClock = new URL('./harm/wrong-clock.ts', import.meta.url).href;
const healthyWithinMs = 120_000;
const lookEveryMs = 100;

/** Starts an empty shop of which every process, and every link to one, can be hurt. */
export async function startGraphUnderFire(options: FireOptions): Promise<GraphUnderFire> {
  const { mongoUri, folder, replicas, unpaidMinutes, wrongClockMs, onLine } = options;
  const secret = randomBytes(24).toString('hex');
  const armory = join(folder, 'crash-points');
  const links: { service: Service; link: TcpProxy }[] = [];
  const graph = await startGraph('distributed', {
    mongoUri,
    databasePrefix: `faults_${randomBytes(4).toString('hex')}`,
    dataDir: folder,
    admin: { identifier: 'admin@example.com', password: randomBytes(12).toString('hex') },
    replicas,
    env: {
      INTERNAL_CALL_SECRETS: secret,
      MEMBER_KEY_SECRET: secret,
      PERSONAL_DATA_KEYS: secret,
      CRASH_POINTS_DIR: armory,
      ORDER_UNPAID_MINUTES: String(unpaidMinutes),
      ...(wrongClockMs !== undefined && {
        NODE_OPTIONS: `--import=${wrongClock}`,
        WRONG_CLOCK_MS: String(wrongClockMs),
      }),
      ...(onLine && { LOG_LEVEL: 'warn' }),
    },
    ...(onLine && { onLine }),
    between: async ({ service, port }) => {
      const link = await startTcpProxy(port);
      links.push({ service, link });
      return link.port;
    },
  });
  const { facts, processes } = graph;
  const stop = async () => {
    await graph.stop();
    await Promise.all(links.map(({ link }) => link.stop()));
  };
  const armed = (service: Service, point: CrashPointName) => join(armory, service, point);
  try {
    for (const service of new Set(processes.map((process) => process.service))) {
      await mkdir(join(armory, service), { recursive: true });
    }
    await openCarriers(facts);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    facts,
    processes,
    mongoUri,
    secret,
    links,
    pidsOf: (service) => pidsOf(graph.pid, service),
    arm: (service, point) => writeFile(armed(service, point), ''),
    isArmed: (service, point) =>
      access(armed(service, point)).then(
        () => true,
        () => false,
      ),
    disarm: (service, point) => rm(armed(service, point), { force: true }),
    async untilHealthy() {
      await Promise.all(
        processes.map(({ port }) =>
          eventually(() => isReady(port), { withinMs: healthyWithinMs, everyMs: lookEveryMs }),
        ),
      );
    },
    stop,
  };
}

async function isReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
  await answer.body?.cancel();
  return answer.ok;
}
