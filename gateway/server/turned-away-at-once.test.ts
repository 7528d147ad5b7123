import { createServer, request as httpRequest, Agent, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { busy, unauthenticated } from '#kit/graphql/errors.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import type { Door } from '../bulkheads/door.ts';
import { createRequestObserver } from '../observing/observe-requests.ts';
import { createGraphInForce } from '../supergraph/graph-in-force.ts';
import { bodyLimit, RequestRefused } from './caller.ts';
import { createCrossOrigin } from './cross-origin.ts';
import { createGraphHandler } from './graph-handler.ts';
import type { ServedGraph } from './served-graph.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const nobody = anonymousViewer({ channel: 'web', locale: 'en' });
const mary: Viewer = { ...nobody, kind: 'MEMBER', id: 'mbr_mary' };

/** The graph's handler behind a door that turns everybody away at once whom it knows, and a graph that nobody gets to. */
async function aClosedDoor() {
  const metrics = createMetrics('gateway');
  const asked: [string, boolean][] = [];
  const door: Door = {
    enter: () => {
      throw new RequestRefused(503, busy(1_000));
    },
    expect: (caller, isCrowd) => {
      asked.push([caller, isCrowd]);
      return new RequestRefused(503, busy(1_000));
    },
  };
  const unreached = { admit: () => Promise.reject(new Error('nobody comes here')) } as unknown as ServedGraph;
  const handler = createGraphHandler({
    graphs: createGraphInForce(unreached, () => undefined),
    resolveViewer: async ({ authorization }) => {
      if (authorization !== 'Bearer mary') throw unauthenticated();
      return mary;
    },
    endedSessions: { refresh: async () => undefined },
    door,
    observer: createRequestObserver({ metrics, tracing: null, slowMs: 60_000 }),
    addressOf: () => '192.0.2.1',
    crossOrigin: createCrossOrigin([]),
    isClosing: () => false,
    log: pino({ level: 'silent' }),
    answerWithin: 5_000,
  });
  const server: Server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  ends.push(
    () => server.close(),
    () => agent.destroy(),
  );
  const connections = new Set<unknown>();
  server.on('connection', (socket) => connections.add(socket));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    connections,
    metrics,
    async post(body: string, headers: Record<string, string> = {}) {
      const request = httpRequest({
        port,
        agent,
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', ...headers },
      });
      request.end(body);
      const [response] = await once(request, 'response');
      const pieces: Buffer[] = await response.toArray();
      const told = JSON.parse(Buffer.concat(pieces).toString()) as {
        errors: { extensions: Record<string, unknown> }[];
      };
      return { status: response.statusCode, headers: response.headers, extensions: told.errors[0]?.extensions };
    },
  };
}

test('who is told at once hears when to come again, over a connection that is kept, whatever is being sent', async () => {
  const { post, asked, connections, metrics } = await aClosedDoor();
  for (const body of ['{"query":"{ a }"}', 'x'.repeat(300_000), '']) {
    const { status, headers, extensions } = await post(body);
    expect([status, headers['retry-after'], headers['cache-control']]).toEqual([503, '1', 'no-store']);
    expect(extensions).toEqual({ code: 'BUSY', retryAfterMs: 1_000, requestId: headers['x-request-id'] });
  }
  expect(connections.size).toBe(1);
  expect(asked).toEqual(Array.from({ length: 3 }, () => ['192.0.2.1', true]));
  expect(await metrics.text()).toContain('fullchain_errors_total{operation="refused",code="BUSY",service="gateway"} 3');
});

test('credentials are looked at before anybody is told anything, until they were good once', async () => {
  const { post, asked } = await aClosedDoor();
  expect((await post('{', { authorization: 'Bearer eve' })).status).toBe(401);
  expect((await post('{', { authorization: 'Bearer mary' })).status).toBe(400);
  expect(asked).toEqual([]);
  expect((await post('{', { authorization: 'Bearer mary' })).status).toBe(503);
  expect(asked).toEqual([['mbr_mary', false]]);
});

test('more than anybody but staff may send is not read away at the door', async () => {
  const { post, asked } = await aClosedDoor();
  expect((await post('x'.repeat(bodyLimit + 1), { authorization: 'Bearer mary' })).status).toBe(413);
  expect((await post('x'.repeat(bodyLimit + 1), { authorization: 'Bearer mary' })).status).toBe(413);
  expect(asked).toEqual([]);
});
