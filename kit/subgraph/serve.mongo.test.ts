import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { signCall, viewerHeader } from '#kit/transport/signature.ts';
import { readAnswer, writeCall } from '#kit/transport/together-format.ts';
import { httpTransport } from '#kit/transport/transport.ts';
import { systemClock } from '#kit/clock/clock.ts';
import { createToldClock } from '#kit/clock/told-clock.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import { startTinyGraph, tinySecret, type TinyGraph } from './fixtures/tiny-graph.ts';

const db = testDatabase();
const viewer = anonymousViewer({ channel: 'web', locale: 'en' });
const body = JSON.stringify({ query: '{ _service { sdl } }' });

describe('a subgraph asked directly over HTTP', () => {
  let graph: TinyGraph;
  beforeAll(async () => {
    graph = await startTinyGraph('over HTTP', { mongoUri: db.uri, prefix: db.name });
  });
  afterAll(() => graph?.stop());

  const post = (headers: Record<string, string>, path = '/graphql', sent = body) =>
    fetch(`${graph.urls.product}${path}`, {
      method: 'POST',
      body: sent,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const signed = (change: Partial<Parameters<typeof signCall>[0]> = {}) => ({
    [viewerHeader]: signCall({
      secret: tinySecret,
      target: 'product/graphql',
      viewer,
      requestId: 'r',
      body,
      now: new Date(),
      ...change,
    }),
  });

  test('answers who signed the call', async () => {
    const response = await post(signed());
    expect(response.status).toBe(200);
    expect(JSON.stringify(await response.json())).toContain('type Product');
  });

  test.each<[string, () => Record<string, string>]>([
    ['without a signature', () => ({})],
    ['with rubbish for one', () => ({ [viewerHeader]: 'v2|1|s|1|r||e30|AAAA' })],
    ['with one of another secret', () => signed({ secret: 'not the secret of the tiny graph at all' })],
    ['with one for another subgraph', () => signed({ target: 'order/graphql' })],
    ['with one for another path', () => signed({ target: 'product/events' })],
    ['with one for another body', () => signed({ body: '{}' })],
    ['with a stale one', () => signed({ now: new Date(Date.now() - 61_000) })],
    ['with one from the future', () => signed({ now: new Date(Date.now() + 61_000) })],
  ])('says 401 and nothing else %s', async (_, headers) => {
    const response = await post(headers());
    const text = await response.text();
    expect(response.status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(text).not.toMatch(/type Product|stack|at \//);
  });

  test.each([
    ['a call without a signature', () => ({})],
    [
      'one that somebody signed who doesn’t know the secret',
      () => signed({ secret: 'not the secret of the tiny graph at all' }),
    ],
    ['a stale one for another body', () => signed({ body: '{}', now: new Date(0) })],
  ])('doesn’t tell the time to %s', async (_, headers) => {
    const response = await post(headers());
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: { code: 'UNAUTHENTICATED', message: expect.any(String), retryAfterMs: null } },
    ]);
  });

  test.each([600_000, -600_000])(
    'tells a caller whose clock is %i ms off what time it is, and answers when it asks again',
    async (ms) => {
      const clock = createToldClock({ machine: { now: () => new Date(Date.now() + ms) }, keep: 1 });
      const told: Date[] = [];
      const onRightTime = (at: Date) => {
        told.push(at);
        clock.told(at);
      };
      const urls = { product: graph.urls.product };
      const off = httpTransport({ urls, secret: tinySecret, clock, onRightTime });
      const question = { query: '{ __typename }' };
      const call = { viewer, requestId: 'req_off' };
      expect(await off.call('product', '/graphql', question, call)).toEqual({ data: { __typename: 'Query' } });
      expect(await off.call('product', '/graphql', question, call)).toEqual({ data: { __typename: 'Query' } });
      expect(told).toHaveLength(1);
      expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(5_000);
      await off.close();
    },
  );

  test('says 401 to a signature that was used before', async () => {
    const headers = signed();
    expect((await post(headers)).status).toBe(200);
    expect((await post(headers)).status).toBe(401);
  });

  test.each(['/events', '/internal/titleOf', '/routes', '/ready', '/together', '/anything', '/../graphql'])(
    'says 401 on %s too',
    async (path) => {
      expect((await post({}, path)).status).toBe(401);
    },
  );

  test('answers each of the calls that come together as if it had come alone', async () => {
    const call = { path: '/graphql', traceparent: undefined, body } as const;
    const calls = [
      { ...call, header: signed()[viewerHeader] },
      { ...call, header: signed({ target: 'order/graphql' })[viewerHeader] },
      { ...call, path: '/internal/titleOf', header: signed()[viewerHeader] },
      { ...call, header: signed({ body: '{"query"' })[viewerHeader], body: '{"query"' },
    ] as const;
    const response = await post({ 'content-type': 'text/plain' }, '/together', calls.map(writeCall).join(''));
    const answers = (await response.text()).trimEnd().split('\n').map(readAnswer);
    const byIndex = answers.toSorted((one, other) => (one?.index ?? 0) - (other?.index ?? 0));
    expect(byIndex.map((answer) => [answer?.index, answer?.status])).toEqual([
      [0, 200],
      [1, 401],
      [2, 401],
      [3, 400],
    ]);
    expect(byIndex[0]?.text).toContain('type Product');
    expect(
      byIndex
        .slice(1)
        .map((answer) => answer?.text)
        .join(''),
    ).not.toContain('type Product');
  });

  test('answers calls of ours that are made at the same moment', async () => {
    const ours = httpTransport({ urls: { product: graph.urls.product }, secret: tinySecret, clock: systemClock });
    const call = { viewer, requestId: 'req_together', repeatable: true };
    const ask = (query: string) => ours.call('product', '/graphql', { query }, call);
    expect(await Promise.all([ask('{ __typename }'), ask('{ a: __typename }')])).toEqual([
      { data: { __typename: 'Query' } },
      { data: { a: 'Query' } },
    ]);
    await expect(
      Promise.all([ask('{ __typename }'), ours.call('product', '/internal/none', {}, call)]),
    ).rejects.toMatchObject({ code: 'REFUSED', reason: 'BAD_USER_INPUT' });
    await ours.close();
  });

  test.each(['/graphql', '/', '/internal/titleOf'])('has nothing to GET on %s', async (path) => {
    expect((await fetch(`${graph.urls.product}${path}`)).status).toBe(404);
  });

  test('refuses a signed body that is not JSON', async () => {
    const response = await post(signed({ body: '{"query"' }), '/graphql', '{"query"');
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: { code: 'BAD_USER_INPUT', message: 'the body is not JSON', retryAfterMs: null } },
    ]);
  });

  test.each([
    ['/healthz', 200],
    ['/readyz', 200],
    ['/metrics', 200],
  ])('shows its health openly on %s', async (path, status) => {
    expect((await fetch(`${graph.urls.product}${path}`)).status).toBe(status);
  });
});

describe('a call over HTTP', () => {
  const call = { viewer, requestId: 'req_1' };
  const transport = httpTransport({ urls: { member: 'http://127.0.0.1:9' }, secret: tinySecret, clock: systemClock });
  afterAll(() => transport.close());

  test('to a service that is down is unavailable at once', async () => {
    await expect(transport.call('member', '/graphql', {}, call)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      target: 'member',
    });
  });

  test('to a service without an address is unavailable', async () => {
    await expect(transport.call('order', '/graphql', {}, call)).rejects.toThrow('order: its address is not configured');
  });
});
