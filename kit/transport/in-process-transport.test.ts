import { describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import { NeighbourError } from './neighbour-error.ts';
import { inProcessTransport, type Call, type CallTarget } from './transport.ts';

const viewer = anonymousViewer({ channel: 'web', locale: 'zh-CN' });
const call: Call = { viewer, requestId: 'req_1' };

function transportTo(target: CallTarget['call'], timeoutMs = 3000) {
  return inProcessTransport({
    subgraphOf: (name) => (name === 'order' ? { call: target } : undefined),
    secrets: ['the secret of this process, long enough'],
    clock: testClock('2026-11-22T08:00:00Z'),
    timeoutMs,
  });
}

describe('a call in one process', () => {
  test('hands the body over as it is and the viewer as it was signed', async () => {
    const seen: unknown[] = [];
    const transport = transportTo(async (path, body, { viewer: asked, requestId }) => {
      seen.push(path, body, asked, requestId);
      return { ok: true };
    });
    expect(await transport.call('order', '/internal/x', { a: 1 }, call)).toEqual({ ok: true });
    expect(seen).toEqual(['/internal/x', { a: 1 }, viewer, 'req_1']);
  });

  test('to a subgraph that does not run here is unavailable', async () => {
    const transport = transportTo(async () => null);
    await expect(transport.call('member', '/graphql', {}, call)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('that gets no answer times out, and the subgraph is told', async () => {
    let told: AbortSignal | undefined;
    const transport = transportTo(async (_path, _body, { signal }) => {
      told = signal;
      return new Promise(() => {});
    }, 20);
    await expect(transport.call('order', '/graphql', {}, call)).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(told?.aborted).toBe(true);
  });

  test('ends when its caller gives up', async () => {
    const transport = transportTo(() => new Promise(() => {}));
    const controller = new AbortController();
    const answer = transport.call('order', '/graphql', {}, { ...call, signal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'TIMEOUT', message: 'order: the caller gave up' });
  });

  test('passes the refusal of the subgraph on', async () => {
    const refusal = new NeighbourError('REFUSED', 'order', 'no', { reason: 'FORBIDDEN' });
    const transport = transportTo(() => Promise.reject(refusal));
    await expect(transport.call('order', '/graphql', {}, call)).rejects.toBe(refusal);
  });
});
