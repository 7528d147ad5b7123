import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { systemClock } from '#kit/clock/clock.ts';
import { createLogger } from '#kit/logging/logger.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { createTracing } from '#kit/tracing/tracing.ts';
import { httpTransport } from '#kit/transport/transport.ts';
import { createGateway } from '../../gateway/server/create-gateway.ts';
import { answerWithinMs } from '../../gateway/server/gateway-context.ts';
import { composeShop } from './shop-graph.ts';
import { listening, programSettings } from './program.ts';

/** Our gateway as `gateway/main.ts` starts it, with everything on. */
const { urls, keys } = programSettings<{ urls: Record<string, string>; keys: JSONWebKeySet }>();
const gateway = await createGateway({
  supergraphSdl: composeShop(urls),
  accessRules: {},
  transport: httpTransport({
    urls,
    secret: 'a secret of the benchmark, long enough',
    clock: systemClock,
    timeoutMs: answerWithinMs,
    connections: 256,
  }),
  port: 0,
  host: '127.0.0.1',
  access: 'open',
  introspection: false,
  explorerDir: join(import.meta.dirname, '..', '..', 'gateway', 'fixtures', 'explorer'),
  clock: systemClock,
  log: createLogger({ service: 'gateway', level: 'warn' }),
  metrics: createMetrics('gateway', { process: true }),
  // Slow is nothing here: on a busy machine everything would be.
  tracing: createTracing({ endpoint: urls['product'] ?? null, ratio: 0.01, slowMs: 60_000 }),
  readKeys: async () => keys,
});
listening({ url: `http://127.0.0.1:${gateway.port}` });
