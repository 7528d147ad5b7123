import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepRunLog, mustNotBeLogged } from '#kit/testing/run-logs.ts';
import { startFakeWeChat } from '#kit/testing/fake-wechat.ts';
import { buildExplorer } from '../../scripts/build-explorer.ts';
import { startTestMongod } from '../../scripts/mongo/test-mongod.ts';
import { openCarriers } from '../world/carriers.ts';
import { startGraph, type StartedGraph } from './start-graph.ts';
import { publishWorldFacts, topologies, type Account, type GraphFacts, type Topology } from './world-facts.ts';

const weChatSecrets = { 'wx-shop': 'secret of wx-shop', 'wx-outlet': 'secret of wx-outlet' };

/** What runs for the whole test run. */
export interface World {
  stop(): Promise<void>;
}

/**
 * Starts the graph in both topologies, as a person would, on one MongoDB of the run's own, and tells the test files where
 * they are. What was started is ended again when a part of it can't be, and in any case when this process ends.
 */
export async function startWorld(log: (line: string) => void): Promise<World> {
  const begunAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'fullchain-world-'));
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const each of stops.toReversed()) await each();
  };
  try {
    // Both graphs serve it: built once, before two of them would.
    const [mongod, weChat] = await Promise.all([
      startTestMongod({ log }),
      startFakeWeChat({ port: 0, apps: weChatSecrets }),
      buildExplorer(),
    ]);
    stops.push(
      () => mongod.stop(),
      () => weChat.stop(),
    );
    const run = randomBytes(4).toString('hex');
    const admin: Account = { identifier: `admin-${run}@example.com`, password: randomBytes(12).toString('hex') };
    const internalSecret = randomBytes(24).toString('hex');
    for (const secret of [internalSecret, admin.password, ...Object.values(weChatSecrets)]) mustNotBeLogged(secret);

    const started = await Promise.allSettled(
      topologies.map(async (topology) => {
        const dataDir = join(folder, topology.replaceAll(' ', '-'));
        await mkdir(dataDir);
        const graph = await startGraph(topology, {
          mongoUri: mongod.uri,
          databasePrefix: `e2e_${run}_${topology.replaceAll(' ', '_')}`,
          dataDir,
          admin,
          env: {
            // The run's logs are searched when it is over: let there be something to find.
            LOG_LEVEL: 'debug',
            INTERNAL_CALL_SECRETS: internalSecret,
            WECHAT_API_URL: weChat.url,
            WECHAT_APPS: JSON.stringify(weChatSecrets),
          },
          onLine: (line) => {
            keepRunLog(topology.replaceAll(' ', '-'), line);
            if (/"level":"(error|fatal)"/.test(line)) log(`[${topology}] ${line}`);
          },
        });
        stops.push(() => graph.stop());
        await openCarriers(graph.facts);
        return graph;
      }),
    );
    const graphs = Object.fromEntries(
      topologies.map((topology, index) => [topology, startedOrThrow(started[index]).facts]),
    ) as Record<Topology, GraphFacts>;
    publishWorldFacts({ mongoUri: mongod.uri, graphs, internalSecret, weChatApps: ['wx-shop', 'wx-outlet'] });
  } catch (error) {
    await stop();
    throw error;
  }
  log(`World: both topologies run after ${((performance.now() - begunAt) / 1000).toFixed(1)} s`);
  return { stop };
}

function startedOrThrow(outcome: PromiseSettledResult<StartedGraph> | undefined): StartedGraph {
  if (outcome?.status === 'fulfilled') return outcome.value;
  throw outcome?.reason;
}
