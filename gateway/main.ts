import { join } from 'node:path';
import { request } from 'undici';
import type { JSONWebKeySet } from 'jose';
import { createToldClock } from '#kit/clock/told-clock.ts';
import { createLogger } from '#kit/logging/logger.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { runProcess } from '#kit/subgraph/process.ts';
import { tracingSettings } from '#kit/tracing/settings.ts';
import { createTracing } from '#kit/tracing/tracing.ts';
import { httpTransport } from '#kit/transport/transport.ts';
import { frontDoorConfig, gatewayConfig } from './config.ts';
import { openPointsStore } from './limits/points/open-points-store.ts';
import { createGateway } from './server/create-gateway.ts';
import { readPublishedGraph } from './supergraph/read-graph.ts';
import { watchGraph } from './supergraph/watch-graph.ts';
import { answerWithinMs } from './server/gateway-context.ts';

const root = join(import.meta.dirname, '..');
const schemaDir = join(root, 'schema');

await runProcess('gateway', async () => {
  const { port, logLevel, secrets, urls, jwksUrl, mongo } = gatewayConfig(process.env);
  const frontDoor = frontDoorConfig(process.env);
  const observed = tracingSettings(process.env);
  const tracing = createTracing(observed);
  const [secret = ''] = secrets;
  const log = createLogger({ service: 'gateway', level: logLevel });
  const clock = createToldClock({ keep: 1 });
  const transport = httpTransport({
    urls,
    secret,
    clock,
    onRightTime: (at) => clock.told(at),
    timeoutMs: answerWithinMs,
    connections: 256,
  });
  const points = mongo ? await openPointsStore(mongo) : null;
  const gateway = await createGateway({
    ...(await readPublishedGraph(schemaDir)),
    transport,
    port,
    ...frontDoor,
    ...(points ? { points } : {}),
    explorerDir: join(root, 'explorer', 'dist'),
    clock,
    log,
    metrics: createMetrics('gateway', { process: true }),
    tracing,
    slowMs: observed.slowMs,
    ...(jwksUrl ? { readKeys: () => keysFrom(jwksUrl) } : {}),
  });
  const watch = await watchGraph({ schemaDir, take: (graph) => gateway.replaceGraph(graph), log });
  process.on('SIGHUP', () => void watch.readNow());
  log.info({ port: gateway.port }, 'listening');
  return {
    async stop() {
      await watch.stop();
      await gateway.stop();
      await transport.close();
      await points?.close();
      await tracing?.stop();
    },
  };
});

async function keysFrom(url: string): Promise<JSONWebKeySet> {
  const { statusCode, body } = await request(url, { headersTimeout: 3000, bodyTimeout: 3000 });
  if (statusCode !== 200) throw new Error(`the keys' address answered ${statusCode}`);
  return (await body.json()) as JSONWebKeySet;
}
