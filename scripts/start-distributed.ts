import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { subgraphNames } from '#kit/events/events.ts';
import { buildExplorer } from './build-explorer.ts';
import { startChild } from './child/child.ts';
import { announcement } from './start/announcement.ts';
import { demoPlatforms } from './start/demo-platforms.ts';
import { requireFreePort } from './start/free-port.ts';
import { keepAlive } from './start/keep-alive.ts';
import { localSecrets } from './start/local-secrets.ts';
import { mongoForStart } from './start/mongo-for-start.ts';
import { onlyOneStart } from './start/only-one-start.ts';
import { distributedProcesses, startSettings } from './start/settings.ts';
import { StartRefused } from './start/start-refused.ts';
import { untilStopped } from './start/until-stopped.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readyLimitMs = 60_000;
const say = (line: string): void => console.log(line);

/**
 * `npm run start:distributed`: the gateway and the five subgraphs as processes of their own that call each other over HTTP, `REPLICAS` of each subgraph.
 * One that dies is started again.
 */
await untilStopped(async (running) => {
  const settings = startSettings(process.env);
  const services = distributedProcesses(process.env);
  await running.onStop(await onlyOneStart(settings.dataDir));
  for (const { port, portSetting } of services) await requireFreePort(portSetting, port);
  const secrets = await localSecrets(settings.dataDir, process.env);
  const mongoUri = await mongoForStart(settings, running);
  if (await buildExplorer()) say('Explorer: page built');

  const [gateway] = services;
  const platforms = settings.demo ? await demoPlatforms(running, `http://127.0.0.1:${gateway?.port}`) : null;
  const urls = subgraphNames.map((name) => {
    const replicas = services.filter(({ service }) => service === name);
    return [`${name.toUpperCase()}_URL`, replicas.map(({ port }) => `http://127.0.0.1:${port}`).join(',')];
  });
  const env = {
    ...platforms?.env,
    ...Object.fromEntries(urls),
    // Halves what a process computes before it is ready, which counts when it has to be back soon.
    NODE_COMPILE_CACHE: join(root, '.tools', 'compile-cache'),
    ...process.env,
    ...secrets,
    MONGODB_URI: mongoUri,
    MONGODB_DATABASE_PREFIX: settings.databasePrefix,
    DEMO_DATA: settings.demo ? 'on' : 'off',
    LOG_LEVEL: settings.logLevel,
  };
  const node = (script: string, port: number | undefined, name: string) => ({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', script],
    cwd: root,
    env: port === undefined ? env : { ...env, PORT: String(port) },
    endWith: 'TERM' as const,
    onLine: (line: string) => say(`[${name}] ${line}`),
  });

  const processes = services.map(({ service, name, port }) => {
    const isGateway = service === 'gateway';
    const main = isGateway ? 'gateway/main.ts' : `subgraphs/${service}/main.ts`;
    // Whom the gateway can't let in has to hear of it in time, and those behind it have no more to do than it lets in.
    const program = { ...node(main, port, name), givesWay: !isGateway };
    return keepAlive(name, program, { say, onGivenUp: running.giveUp });
  });
  await running.onStop(async () => {
    await Promise.all(processes.map((each) => each.stop()));
  });
  const deadline = performance.now() + readyLimitMs;
  await Promise.all(services.map(({ name, port }) => untilReady(name, port, deadline)));

  if (settings.demo) {
    const loader = startChild(node('scripts/seed.ts', undefined, 'demo data'));
    await running.onStop(() => loader.stop());
    if ((await loader.ended) !== 0) throw new StartRefused('The demo data could not be loaded; see above');
  }
  say(
    announcement({
      url: `http://localhost:${gateway?.port}`,
      cashierUrl: platforms?.cashierUrl,
      seconds: process.uptime(),
    }),
  );
});

/** Waits until the service says that it is ready. Throws StartRefused after the deadline. */
async function untilReady(name: string, port: number, deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => null,
    );
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await pause(100);
  }
  throw new StartRefused(`${name} was not ready after ${readyLimitMs / 1000} s`);
}
