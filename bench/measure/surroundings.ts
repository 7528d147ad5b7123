import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGraph, type StartedGraph } from '../../e2e/setup/start-graph.ts';
import type { Topology } from '../../e2e/setup/world-facts.ts';
import { startMongod, type Mongod } from '../../scripts/mongo/start-mongod.ts';
import type { CrowdPlace } from '../contention/crowd.ts';

/** What a benchmark runs in: a MongoDB of its own with 1 GB of cache, and graphs on it. All of it is gone afterwards. */
export interface Surroundings {
  readonly mongod: Mongod;
  /** Of all that the graphs keep secret. */
  readonly secret: string;
  /** Starts a graph as a person would; a second one with the same databases works beside the first. It ends with the surroundings, or earlier. Lines of its log that warn are passed on. */
  startGraph(topology: Topology, graph: GraphInBenchmark): Promise<StartedGraph>;
  /** Where that graph can be prepared by its subgraphs' own code. */
  placeOf(graph: StartedGraph): CrowdPlace;
}

export interface GraphInBenchmark {
  readonly databasePrefix: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Processes of each subgraph where they are distributed. */
  readonly replicas?: number;
}

/** Lets a benchmark run in surroundings of its own. */
export async function inSurroundings<T>(
  log: (line: string) => void,
  run: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fullchain-bench-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const secret = randomBytes(24).toString('hex');
    const mongod = await startMongod({
      dataDir: join(folder, 'mongo', 'db'),
      port: 0,
      cacheGb: 1,
      throwaway: true,
      log,
    });
    stops.push(() => mongod.stop());
    return await run({
      mongod,
      secret,
      async startGraph(topology, { databasePrefix, env, replicas }) {
        const dataDir = await mkdtemp(join(folder, `${databasePrefix}-`));
        const graph = await startGraph(topology, {
          mongoUri: mongod.uri,
          databasePrefix,
          dataDir,
          ...(replicas !== undefined && { replicas }),
          admin: { identifier: 'bench@example.com', password: randomBytes(12).toString('hex') },
          env: {
            ...{ INTERNAL_CALL_SECRETS: secret, MEMBER_KEY_SECRET: secret, PERSONAL_DATA_KEYS: secret },
            LOG_LEVEL: 'warn',
            ...env,
          },
          onLine: (line) => {
            if (line.includes('"level":')) log(line);
          },
        });
        stops.push(() => graph.stop());
        return graph;
      },
      placeOf: ({ facts: { url, databasePrefix } }) => {
        return { mongoUri: mongod.uri, databasePrefix, url, memberKeySecret: secret };
      },
    });
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}
