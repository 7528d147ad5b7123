import { z } from 'zod';
import { systemClock } from '#kit/clock/clock.ts';
import { readConfig } from '#kit/config/config.ts';
import { createLogger } from '#kit/logging/logger.ts';
import { sharedSettings, subgraphUrls } from '#kit/subgraph/settings.ts';
import { httpTransport } from '#kit/transport/transport.ts';
import { loadDemo, loadTimeoutMs } from './demo/load/load-demo.ts';
import { progressDisplay } from './demo/load/progress.ts';

/** `npm run seed`: loads the demo data, once, into subgraphs that run elsewhere; they are found as the services find each other. */
try {
  const settings = readConfig(z.object(sharedSettings), process.env);
  const [secret = ''] = settings.INTERNAL_CALL_SECRETS;
  const transport = httpTransport({
    urls: subgraphUrls(settings),
    secret,
    clock: systemClock,
    timeoutMs: loadTimeoutMs,
  });
  const log = createLogger({ service: 'demo-data', level: settings.LOG_LEVEL });
  const { onProgress, end } = progressDisplay(process.stdout);
  try {
    const { loaded } = await loadDemo({ transport, clock: systemClock, log, onProgress });
    end();
    console.log(loaded ? 'Demo data: loaded' : 'Demo data: there already');
  } finally {
    await transport.close();
  }
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The demo data could not be loaded: ${text.replaceAll(/\s+/g, ' ').trim()}\n`);
  process.exitCode = 1;
}
