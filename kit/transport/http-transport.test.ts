import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import { writeRightTime } from './right-time.ts';
import { verifyCall, viewerHeader } from './signature.ts';
import { httpTransport, type Call, type Transport } from './transport.ts';

const secret = 'the secret of both services, long enough';
const clock = testClock('2026-11-22T08:00:00Z');
const call: Call = { viewer: anonymousViewer({ channel: 'web', locale: 'en' }), requestId: 'req_1', timeoutMs: 10_000 };

const open: { server: Server; transport: Transport }[] = [];
afterEach(async () => {
  for (const { server, transport } of open.splice(0)) {
    await transport.close();
    server.closeAllConnections();
    server.close();
  }
});

/** A neighbour that answers each request with the next of `answers`, and remembers what it was sent. */
async function neighbour(...answers: ((response: ServerResponse) => void)[]) {
  const seen: { path: string | undefined; header: string; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({
        path: request.url,
        header: String(request.headers[viewerHeader]),
        body: Buffer.concat(chunks).toString(),
      });
      answers[Math.min(seen.length, answers.length) - 1]?.(response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const told: Date[] = [];
  const transport = httpTransport({ urls: { order: url }, secret, clock, onRightTime: (at) => told.push(at) });
  open.push({ server, transport });
  return {
    url,
    seen,
    told,
    stop: () => new Promise((resolve) => void server.close(resolve)),
    ask: (more: Partial<Call> = {}) => transport.call('order', '/internal/x', { a: '你' }, { ...call, ...more }),
  };
}

const answer = (status: number, text: string) => (response: ServerResponse) => response.writeHead(status).end(text);
const reset = (response: ServerResponse) => void response.socket?.destroy();
const cutOff = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': '100' }).write('{"a":');
  response.socket?.destroySoon();
};

describe('a call over HTTP', () => {
  test('is signed for its target, path and exact body', async () => {
    const { seen, ask } = await neighbour(answer(200, '{"b":2}'));
    expect(await ask()).toEqual({ b: 2 });
    const [{ path, header, body } = { path: '', header: '', body: '' }] = seen;
    expect(path).toBe('/internal/x');
    expect(verifyCall({ secrets: [secret], target: 'order/internal/x', header, body, now: clock.now() })).toEqual({
      viewer: call.viewer,
      requestId: 'req_1',
    });
  });

  test('travels with others of its moment only if it may be repeated', async () => {
    const { seen, ask } = await neighbour(answer(200, '{"b":2}'));
    expect(await Promise.all([ask(), ask()])).toEqual([{ b: 2 }, { b: 2 }]);
    expect(seen.map(({ path }) => path)).toEqual(['/internal/x', '/internal/x']);
    await Promise.allSettled([ask({ repeatable: true }), ask({ repeatable: true })]);
    expect(seen.at(2)?.path).toBe('/together');
  });

  test.each([
    ['that somebody else signed', (header: string) => ({ secret: 'some other secret, long enough for all', header })],
    ['that answered another call', () => ({ secret, header: 'v2|1|another|1|req_1||e30|mac' })],
  ])('does not believe a time %s, and asks no second time', async (_, asked) => {
    const refuse = (response: ServerResponse) => {
      const rightTime = writeRightTime(new Date('2030-01-01T00:00:00Z'), asked(seen[0]?.header ?? ''));
      answer(401, JSON.stringify({ error: { code: 'UNAUTHENTICATED', message: 'stale', rightTime } }))(response);
    };
    const { seen, ask, told } = await neighbour(refuse, answer(200, '{"b":2}'));
    await expect(ask()).rejects.toMatchObject({ code: 'REFUSED', reason: 'UNAUTHENTICATED' });
    expect([seen.length, told]).toEqual([1, []]);
  });

  test('that is refused for its time a second time ends there', async () => {
    const refuse = (response: ServerResponse) => {
      const header = seen.at(-1)?.header ?? '';
      const rightTime = writeRightTime(new Date('2026-11-22T08:10:00Z'), { secret, header });
      answer(401, JSON.stringify({ error: { code: 'UNAUTHENTICATED', message: 'stale', rightTime } }))(response);
    };
    const { seen, ask, told } = await neighbour(refuse);
    await expect(ask()).rejects.toMatchObject({ code: 'REFUSED', reason: 'UNAUTHENTICATED' });
    expect([seen.length, told]).toEqual([2, [new Date('2026-11-22T08:10:00Z')]]);
  });

  test('brings a refusal back with its reason', async () => {
    const { ask } = await neighbour(answer(400, '{"error":{"code":"BUSY","message":"later","retryAfterMs":250}}'));
    await expect(ask()).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'BUSY',
      retryAfterMs: 250,
      message: 'order: later',
    });
  });

  test.each([
    ['an error of the server', answer(503, '{"error":{"code":"INTERNAL_SERVER_ERROR","message":"no"}}')],
    ['a page of some proxy', answer(502, '<html>')],
    ['rubbish', answer(200, '<html>')],
    ['a refusal in another form', answer(404, '{"message":"?"}')],
    ['an answer cut off in the middle', cutOff],
    ['a reset connection', reset],
  ])('is unavailable when it brings %s', async (_, behave) => {
    const { ask } = await neighbour(behave);
    await expect(ask()).rejects.toMatchObject({ code: 'UNAVAILABLE', target: 'order' });
  });

  test('times out when nothing comes', async () => {
    const { ask } = await neighbour(() => {});
    await expect(ask({ timeoutMs: 50 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'order: no answer within 50 ms',
    });
  });

  test('that may be repeated survives one reset, signed anew', async () => {
    const { seen, ask } = await neighbour(reset, answer(200, '{"b":2}'));
    expect(await ask({ repeatable: true })).toEqual({ b: 2 });
    expect(new Set(seen.map(({ header }) => header)).size).toBe(2);
  });

  test('that may not be repeated is sent once', async () => {
    const { seen, ask } = await neighbour(reset, answer(200, '{"b":2}'));
    await expect(ask()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(seen).toHaveLength(1);
  });
});

describe('a neighbour with replicas', () => {
  /** Several neighbours behind one name. */
  async function replicas(...behaviours: ((response: ServerResponse) => void)[]) {
    const each = await Promise.all(behaviours.map((behave) => neighbour(behave)));
    const transport = httpTransport({ urls: { order: each.map(({ url }) => url) }, secret, clock });
    open.push({ server: createServer(), transport });
    return {
      seen: () => each.map(({ seen }) => seen.length),
      stop: (index: number) => each[index]?.stop(),
      ask: (more: Partial<Call> = {}) => transport.call('order', '/internal/x', null, { ...call, ...more }),
    };
  }
  const fine = answer(200, '{"b":2}');

  test('is called in turn', async () => {
    const { seen, ask } = await replicas(fine, fine);
    for (let calls = 0; calls < 4; calls += 1) await ask();
    expect(seen()).toEqual([2, 2]);
  });

  test('answers any call while one of them is gone', async () => {
    const { seen, stop, ask } = await replicas(fine, fine, fine);
    await stop(0);
    await stop(1);
    for (let calls = 0; calls < 5; calls += 1) expect(await ask()).toEqual({ b: 2 });
    expect(seen()).toEqual([0, 0, 5]);
  });

  test('is unavailable when all of them are gone', async () => {
    const { stop, ask } = await replicas(fine, fine);
    await stop(0);
    await stop(1);
    await expect(ask()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('gets a call again that one of them dropped, if it may be repeated', async () => {
    const { seen, ask } = await replicas(reset, fine);
    expect(await ask({ repeatable: true })).toEqual({ b: 2 });
    expect(seen()).toEqual([1, 1]);
  });

  test('does not get a call again that one of them dropped, if it may not be repeated, but the next one', async () => {
    const { seen, ask } = await replicas(reset, fine);
    await expect(ask()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(seen()).toEqual([1, 0]);
    expect(await ask()).toEqual({ b: 2 });
    expect(await ask()).toEqual({ b: 2 });
    expect(seen()).toEqual([1, 2]);
  });

  test('is spared the one that hangs, after one call waited for it', async () => {
    const { seen, ask } = await replicas(() => {}, fine);
    await expect(ask({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(await Promise.all([ask(), ask(), ask()])).toHaveLength(3);
    expect(seen()).toEqual([1, 3]);
  });
});
