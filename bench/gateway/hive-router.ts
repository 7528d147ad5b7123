import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from '../../scripts/child/child.ts';
import { freePort } from '../../scripts/mongo/start-mongod.ts';
import { listening, programSettings } from './program.ts';
import { composeShop } from './shop-graph.ts';

/**
 * Hive Router, which is no package of npm's: a binary that somebody has built, with what it takes by itself but for its pages. One worker, as the others have one thread.
 * By itself it asks once for what several want at the same moment; where `shares` is false every request asks for itself, as it does with the other gateways.
 */
const { urls, binary, shares } = programSettings<{ urls: Record<string, string>; binary: string; shares: boolean }>();
const folder = await mkdtemp(join(tmpdir(), 'hive-router-'));
const [supergraph, config] = [join(folder, 'supergraph.graphql'), join(folder, 'router.config.json')];
await writeFile(supergraph, composeShop(urls));
await writeFile(config, JSON.stringify({ traffic_shaping: { all: { dedupe_enabled: shares } } }));
const port = await freePort();
const router = startChild({
  ...{ command: binary, args: [], cwd: folder, endWith: 'KILL' },
  env: {
    ...process.env,
    ...{ HOST: '127.0.0.1', PORT: String(port), ROUTER_HTTP_WORKERS: '1', ROUTER_CONFIG_FILE_PATH: config },
    ...{ SUPERGRAPH_FILE_PATH: supergraph, LABORATORY_ENABLED: 'false', LOG_LEVEL: 'error' },
  },
  onLine: console.error,
});
void router.ended.then((code) => {
  console.error(`the router ended with ${code}`);
  process.exit(1);
});
const url = `http://127.0.0.1:${port}`;
while (!(await answers(url))) await pause(50);
await rm(folder, { recursive: true });
listening({ url });

async function answers(at: string): Promise<boolean> {
  const body = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json' };
  return fetch(`${at}/graphql`, { method: 'POST', headers, body }).then(
    ({ ok }) => ok,
    () => false,
  );
}
