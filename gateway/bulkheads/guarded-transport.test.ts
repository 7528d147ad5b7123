import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { eventually } from '#kit/testing/eventually.ts';
import { NeighbourError, type Call, type Transport } from '#kit/transport/transport.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import { guardedTransport } from './guarded-transport.ts';

const read: Call = {
  viewer: anonymousViewer({ channel: 'web', locale: 'en' }),
  requestId: 'req_1',
  repeatable: true,
};
const change: Call = { ...read, repeatable: false };

const away = (): never => {
  throw new NeighbourError('UNAVAILABLE', 'order', 'away');
};
const late = (): never => {
  throw new NeighbourError('TIMEOUT', 'order', 'late');
};
const refusal = (): never => {
  throw new NeighbourError('REFUSED', 'order', 'no', { reason: 'FORBIDDEN' });
};

/** A transport that does what it is told next, and its calls. */
function aTransport(options: { callsAtOnce?: number; placeWithinMs?: number } = {}) {
  let now = 1_000_000;
  const state = { next: (_call: Call): unknown => 'answer', calls: [] as Call[] };
  const inner: Transport = {
    async call(_target, _path, _body, call) {
      state.calls.push(call);
      return state.next(call);
    },
    async close() {},
  };
  const guarded = guardedTransport(inner, { now: () => now, log: pino({ level: 'silent' }), ...options });
  const ask = (call: Call) => guarded.call('order', '/graphql', {}, call);
  return { state, guarded, ask, wait: (ms: number) => (now += ms) };
}

const codeOf = (asking: Promise<unknown>) =>
  asking.then(
    () => 'ok',
    (error: NeighbourError) => error.code,
  );

test('a read that nobody answered is tried once more, within its time; a change never is', async () => {
  const { state, ask } = aTransport();
  state.next = () => (state.calls.length === 1 ? away() : 'second');
  expect(await ask(read)).toBe('second');
  const [first, second] = state.calls;
  expect(first?.timeoutMs).toBeLessThanOrEqual(3000);
  expect(second?.timeoutMs).toBeLessThan((first?.timeoutMs ?? 0) - 15);
  state.calls.length = 0;
  state.next = away;
  expect(await codeOf(ask(change))).toBe('UNAVAILABLE');
  expect(state.calls).toEqual([change]);
});

test('a read that took too long, or was refused, is not tried again', async () => {
  const { state, ask } = aTransport();
  for (const outcome of [late, refusal]) {
    state.calls.length = 0;
    state.next = outcome;
    expect([await codeOf(ask(read)), state.calls.length]).toEqual([outcome === late ? 'TIMEOUT' : 'REFUSED', 1]);
  }
});

test('a subgraph that stays away is asked four times a second, and in full again after its first answer', async () => {
  const { state, ask, wait } = aTransport();
  state.next = late;
  for (let i = 0; i < 5; i += 1) await codeOf(ask(change));
  state.calls.length = 0;
  for (let i = 0; i < 20; i += 1) {
    await expect(ask(change)).rejects.toMatchObject({ code: 'REFUSED', reason: 'BUSY', retryAfterMs: 1000 });
  }
  expect(state.calls.length).toBe(0);
  wait(250);
  expect([await codeOf(ask(change)), await codeOf(ask(change))]).toEqual(['TIMEOUT', 'REFUSED']);
  state.next = () => 'back';
  wait(250);
  state.calls.length = 0;
  expect([await ask(change), await ask(change), await ask(change)]).toEqual(['back', 'back', 'back']);
});

test('a subgraph that answers late has too much to do and is not away', async () => {
  const { state, ask, wait } = aTransport();
  const giveUp: (() => void)[] = [];
  state.next = () => new Promise((_, reject) => giveUp.push(() => reject(new NeighbourError('TIMEOUT', 'order', ''))));
  const asked = Array.from({ length: 20 }, () => codeOf(ask(change)));
  await eventually(() => giveUp.length === 20);
  wait(10);
  state.next = () => 'answer';
  expect(await ask(change)).toBe('answer');
  wait(4_800);
  for (const each of giveUp) each();
  expect(await Promise.all(asked)).toEqual(asked.map(() => 'TIMEOUT'));
  expect(await ask(change)).toBe('answer');
});

test('refusals are answers: they open nothing', async () => {
  const { state, ask } = aTransport();
  state.next = refusal;
  for (let i = 0; i < 20; i += 1) expect(await codeOf(ask(change))).toBe('REFUSED');
  expect(state.calls.length).toBe(20);
});

test('a client who goes away says nothing about the subgraph', async () => {
  const { state, ask } = aTransport();
  state.next = late;
  for (let i = 0; i < 20; i += 1) await codeOf(ask({ ...read, signal: AbortSignal.abort() }));
  expect(state.calls.length).toBe(20);
});

test('calls to one subgraph are limited: as many again wait for a place in turn, and those beyond are told that it is busy', async () => {
  const { state, ask, guarded } = aTransport({ callsAtOnce: 2, placeWithinMs: 60_000 });
  const open: ((value: unknown) => void)[] = [];
  state.next = () => new Promise((resolve) => open.push(resolve));
  const answers = ['first', 'second', 'third', 'fourth'].map(() => ask(change));
  await expect(ask(change)).rejects.toMatchObject({ code: 'REFUSED', reason: 'BUSY', retryAfterMs: 1000 });
  expect(state.calls).toHaveLength(2);
  const other = guarded.call('product', '/graphql', {}, change);
  for (let nth = 0; nth < 5; nth += 1) {
    await eventually(() => open.length > nth);
    open[nth]?.(nth);
  }
  expect(await Promise.all([...answers, other])).toEqual([0, 1, 3, 4, 2]);
  state.next = () => 'again';
  expect(await ask(change)).toBe('again');
});

test('a call that gets no place in time is told that the subgraph is busy, and takes none later', async () => {
  const { state, ask } = aTransport({ callsAtOnce: 1, placeWithinMs: 5 });
  const open: ((value: unknown) => void)[] = [];
  state.next = () => new Promise((resolve) => open.push(resolve));
  const first = ask(change);
  await expect(ask(change)).rejects.toMatchObject({ code: 'REFUSED', reason: 'BUSY' });
  open[0]?.('done');
  expect(await first).toBe('done');
  expect(state.calls).toHaveLength(1);
  state.next = () => 'again';
  expect(await ask(change)).toBe('again');
});

test('whether it is ready is asked of a subgraph in any case', async () => {
  const { state, ask, guarded } = aTransport();
  state.next = away;
  for (let i = 0; i < 10; i += 1) await codeOf(ask(change));
  state.next = () => ({ mongodb: true });
  expect(await guarded.call('order', '/ready', null, read)).toEqual({ mongodb: true });
});
