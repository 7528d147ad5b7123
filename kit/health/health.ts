import type { Metrics } from '#kit/metrics/metrics.ts';

/** The part of a fastify reply that is needed here; any fastify instance fits, whatever its logger. */
interface Reply {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): unknown;
}

interface HealthApp {
  get(path: string, handler: (request: unknown, reply: Reply) => Promise<unknown>): unknown;
}

/** What is asked about a service's health. */
export interface HealthSource {
  /** Each thing the service can't work without, by name, and whether it is there now. */
  readonly ready: () => Promise<Record<string, boolean>>;
  readonly metrics: Pick<Metrics, 'registry' | 'text'>;
  /** How long `ready` may take before the answer is no. Milliseconds, 1,000 unless told. */
  readonly patienceMs?: number;
}

/**
 * Adds `GET /healthz` (the process answers: 200), `GET /readyz` (200 when every check holds, else 503, each check by
 * name) and `GET /metrics` (Prometheus). A check that fails or hangs is a no, without a word about why: these pages are
 * for anybody on the network.
 */
export function registerHealth(app: HealthApp, source: HealthSource): void {
  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const checks = await withinPatience(source.ready, source.patienceMs ?? 1_000);
    const ready = checks !== null && Object.values(checks).every(Boolean);
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ready' : 'not ready', checks: checks ?? {} });
  });

  app.get('/metrics', async (_request, reply) => {
    const text = await source.metrics.text();
    return reply.header('content-type', source.metrics.registry.contentType).send(text);
  });
}

/** Null when the checks themselves failed or took too long. */
async function withinPatience(
  ready: HealthSource['ready'],
  patienceMs: number,
): Promise<Record<string, boolean> | null> {
  const attempt = (async () => ready())();
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), patienceMs);
  try {
    return await Promise.race([attempt.catch(() => null), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
