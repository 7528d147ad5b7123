import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { buildExplorer } from './build-explorer.ts';
import { startChild } from './child/child.ts';
import { announcement } from './start/announcement.ts';
import { demoPlatforms } from './start/demo-platforms.ts';
import { requireFreePort } from './start/free-port.ts';
import { keepAlive } from './start/keep-alive.ts';
import { localSecrets } from './start/local-secrets.ts';
import { mongoForStart } from './start/mongo-for-start.ts';
import { onlyOneStart } from './start/only-one-start.ts';
import { distributedPorts, startSettings } from './start/settings.ts';
import { StartRefused } from './start/start-refused.ts';
import { untilStopped } from './start/until-stopped.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readyLimitMs = 60_000;
const say = (line: string): void => console.log(line);

/** `npm run start:distributed`: the gateway and the five subgraphs as processes of their own that call each other over HTTP. */
await untilStopped(async (running) => {
  const settings = startSettings(process.env);
  const ports = distributedPorts(process.env);
  await running.onStop(await onlyOneStart(settings.dataDir));
  for (const [name, port] of Object.entries(ports)) {
    await requireFreePort(name === 'gateway' ? 'PORT' : `${name.toUpperCase()}_PORT`, port);
  }
  const secrets = await localSecrets(settings.dataDir, process.env);
  const mongoUri = await mongoForStart(settings, running);
  if (await buildExplorer()) say('Explorer: page built');

  const platforms = settings.demo ? await demoPlatforms(running) : {};
  const urls = Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${port}`]);
  const env = {
    ...platforms,
    ...process.env,
    ...secrets,
    ...Object.fromEntries(urls),
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

  const processes = Object.entries(ports).map(([name, port]) => {
    const main = name === 'gateway' ? 'gateway/main.ts' : `subgraphs/${name}/main.ts`;
    return keepAlive(name, node(main, port, name), { say, onGivenUp: running.giveUp });
  });
  await running.onStop(async () => {
    await Promise.all(processes.map((each) => each.stop()));
  });
  const deadline = performance.now() + readyLimitMs;
  await Promise.all(Object.entries(ports).map(([name, port]) => untilReady(name, port, deadline)));

  if (settings.demo) {
    const loader = startChild(node('scripts/seed.ts', undefined, 'demo data'));
    await running.onStop(() => loader.stop());
    if ((await loader.ended) !== 0) throw new StartRefused('The demo data could not be loaded; see above');
  }
  say(announcement({ url: `http://localhost:${ports.gateway}`, demo: settings.demo, seconds: process.uptime() }));
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
