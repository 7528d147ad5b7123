import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startTraceReceiver, treeOf, type TraceReceiver } from '#kit/testing/trace-receiver.ts';
import { currentSpan, inSpan, withinSpan } from './current-span.ts';
import { tracingSettings } from './settings.ts';
import type { Span } from './span.ts';
import { createTracing, type Tracing } from './tracing.ts';

const strangers = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const theirTrace = '4bf92f3577b34da6a3ce929d0e0e4736';

let receiver: TraceReceiver;
let tracing: Tracing;
beforeEach(async () => {
  receiver = await startTraceReceiver();
});
afterEach(() => receiver.stop());

function start(share: number, slowMs = 10_000): Tracing {
  const env = { OTEL_TRACES_SAMPLER_ARG: String(share), SLOW_OPERATION_MS: String(slowMs) };
  const started = createTracing(tracingSettings({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }));
  if (started === null) throw new Error('it traces');
  tracing = started;
  return started;
}
const begin = (from: 'client' | 'service', traceparent?: string): Span =>
  tracing.begin('/graphql', { service: 'gateway', from, traceparent });
/** What was exported by the time that everything is. */
async function exported(): Promise<string[]> {
  await tracing.stop();
  return treeOf(receiver.spans);
}

describe('a trace', () => {
  test('has what was done as a tree, across what waits and what throws', async () => {
    start(1);
    const root = begin('client');
    await withinSpan(root, async () => {
      inSpan('parse', () => 1);
      await inSpan('execute', async () => {
        await pause(5);
        inSpan('find', () => 2);
      });
      expect(() =>
        inSpan('project', () => {
          throw new Error('no');
        }),
      ).toThrow('no');
      await expect(inSpan('fetch', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    });
    root.set({ 'http.response.status_code': 200 }).end();

    expect(await exported()).toEqual([
      'gateway: /graphql',
      '  gateway: execute',
      '    gateway: find',
      '  gateway: fetch',
      '  gateway: parse',
      '  gateway: project',
    ]);
    expect(receiver.spans.filter(({ failed }) => failed).map(({ name }) => name)).toEqual(['project', 'fetch']);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
    const whole = receiver.spans.find(({ name }) => name === '/graphql');
    expect(whole?.attributes).toEqual({ 'http.response.status_code': 200 });
    expect(whole?.ms).toBeGreaterThanOrEqual(4);
  });

  test('that is over is nobody’s place any more', async () => {
    start(1);
    const root = begin('client');
    await withinSpan(root, async () => {
      expect(currentSpan()).toBe(root);
      root.end();
      expect(currentSpan()).toBeNull();
      await pause(1);
      expect(inSpan('late', () => currentSpan())).toBeNull();
    });
    expect(await exported()).toEqual(['gateway: /graphql']);
  });

  test('goes on in a service as the first one has decided', async () => {
    start(0);
    const { context } = begin('service', strangers);
    expect([context.traceId, context.traceFlags]).toEqual([theirTrace, 1]);
    expect(begin('service', strangers.replace(/01$/, '00')).context.traceFlags).toBe(0);
  });
});

describe('what is exported', () => {
  test('is nothing of a request that was not drawn, was quick and went well', async () => {
    start(0);
    const root = begin('client');
    root.child('parse').end();
    root.end();
    expect(await exported()).toEqual([]);
  });

  test('is not for a stranger to decide, whatever flag and id are sent', async () => {
    start(0);
    const root = begin('client', strangers);
    root.end();
    expect(root.context.traceId).toBe(theirTrace);
    expect(await exported()).toEqual([]);
  });

  test('is all of a request that failed, below the span that the client named', async () => {
    start(0);
    const root = begin('client', strangers);
    root.child('parse').end();
    root.fail().end();
    expect(await exported()).toEqual(['gateway: /graphql', '  gateway: parse']);
    expect(receiver.spans.find(({ name }) => name === '/graphql')?.parentSpanId).toBe('00f067aa0ba902b7');
  });

  test('is all of a request that was slow', async () => {
    start(0, 10);
    const root = begin('client');
    root.child('plan').end();
    await pause(15);
    root.end();
    expect(await exported()).toEqual(['gateway: /graphql', '  gateway: plan']);
  });

  test('is about the share that was asked for', async () => {
    start(0.25);
    for (let count = 0; count < 2_000; count += 1) begin('client', strangers).end();
    const share = (await exported()).length / 2_000;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.3);
  });
});

test('nothing is traced where nothing takes it', () => {
  expect(createTracing(tracingSettings({}))).toBeNull();
  expect(inSpan('parse', () => 'done')).toBe('done');
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_TRACES_SAMPLER_ARG', '2'],
  ['SLOW_OPERATION_MS', '0'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => tracingSettings({ [name]: value })).toThrow(name);
});
