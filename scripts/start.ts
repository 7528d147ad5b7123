import { systemClock } from '#kit/clock/clock.ts';
import { createLogger } from '#kit/logging/logger.ts';
import { inProcessTransport } from '#kit/transport/transport.ts';
import { buildExplorer } from './build-explorer.ts';
import { loadDemo, loadTimeoutMs } from './demo/load/load-demo.ts';
import { progressDisplay } from './demo/load/progress.ts';
import { announcement } from './start/announcement.ts';
import { demoPlatforms } from './start/demo-platforms.ts';
import { requireFreePort } from './start/free-port.ts';
import { localSecrets } from './start/local-secrets.ts';
import { mongoForStart } from './start/mongo-for-start.ts';
import { onlyOneStart } from './start/only-one-start.ts';
import { startSettings } from './start/settings.ts';
import { untilStopped } from './start/until-stopped.ts';

/** `npm start`: the gateway and all subgraphs in this process, with a MongoDB of our own unless MONGODB_URI names one. */
await untilStopped(async (running) => {
  const settings = startSettings(process.env);
  await running.onStop(await onlyOneStart(settings.dataDir));
  await requireFreePort('PORT', settings.port);
  const secrets = await localSecrets(settings.dataDir, process.env);
  const mongoUri = await mongoForStart(settings, running);
  if (await buildExplorer()) console.log('Explorer: page built');
  const platforms = settings.demo ? await demoPlatforms(running, `http://127.0.0.1:${settings.port}`) : null;
  // Only now: the graph's packages take a second to load, and a start that is refused should say so at once.
  const { startAllInOne } = await import('./start/all-in-one.ts');
  const callSecrets = secrets.INTERNAL_CALL_SECRETS.split(',');
  const log = createLogger({ service: 'start', level: settings.logLevel });
  const allInOne = await startAllInOne({
    mongoUri,
    databasePrefix: settings.databasePrefix,
    port: settings.port,
    secrets: callSecrets,
    demo: settings.demo,
    log,
    env: { ...platforms?.env, ...process.env, ...secrets },
  });
  await running.onStop(() => allInOne.stop());
  if (settings.demo) {
    const transport = inProcessTransport({
      subgraphOf: (name) => allInOne.subgraphs[name],
      secrets: callSecrets,
      clock: systemClock,
      timeoutMs: loadTimeoutMs,
    });
    const { onProgress, end } = progressDisplay(process.stdout);
    await loadDemo({ transport, clock: systemClock, log, onProgress });
    end();
  }
  console.log(announcement({ url: allInOne.url, cashierUrl: platforms?.cashierUrl, seconds: process.uptime() }));
});
