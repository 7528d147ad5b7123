import { afterEach, describe, expect, test } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { registerHealth, type HealthSource } from './health.ts';

const apps: FastifyInstance[] = [];

afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

function appWith(ready: HealthSource['ready'], patienceMs?: number): FastifyInstance {
  const app = fastify();
  apps.push(app);
  registerHealth(app, { ready, metrics: createMetrics('order'), patienceMs });
  return app;
}

describe('GET /healthz', () => {
  test('answers as long as the process does, even when nothing is ready', async () => {
    const answer = await appWith(async () => ({ database: false })).inject('/healthz');
    expect([answer.statusCode, answer.json(), answer.headers['cache-control']]).toEqual([
      200,
      { status: 'ok' },
      'no-store',
    ]);
  });
});

describe('GET /readyz', () => {
  test('is 200 when every check holds', async () => {
    const answer = await appWith(async () => ({ database: true, order: true })).inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { status: 'ready', checks: { database: true, order: true } },
    ]);
  });

  test('is 503 and names the check that does not hold', async () => {
    const answer = await appWith(async () => ({ database: true, order: false })).inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { status: 'not ready', checks: { database: true, order: false } },
    ]);
  });

  test.each([
    ['rejects', async () => Promise.reject(new Error('mongodb://root:hunter2@db'))],
    [
      'throws',
      () => {
        throw new Error('mongodb://root:hunter2@db');
      },
    ],
  ])('is 503 without a word about why when the checks fail: it %s', async (_name, ready) => {
    const answer = await appWith(ready).inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: 'not ready', checks: {} }]);
  });

  test('is 503 in time when a check hangs', async () => {
    const answer = await appWith(() => new Promise(() => {}), 20).inject('/readyz');
    expect(answer.statusCode).toBe(503);
  });
});

describe('GET /metrics', () => {
  test('is in the text format of Prometheus', async () => {
    const answer = await appWith(async () => ({})).inject('/metrics');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).toContain('# HELP fullchain_job_run_seconds');
  });
});
