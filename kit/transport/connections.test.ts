import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Connections } from './connections.ts';
import { Deadline } from './deadline.ts';

const servers: Server[] = [];
const pools: Connections[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  for (const server of servers.splice(0)) server.close();
});

/** What a server does with each piece of what it is sent, one after the other; the last one again and again. */
type Behave = (socket: Socket, request: string) => void;

/** Connections to a server that behaves like that, and what it saw. */
async function neighbour({ atMost = 4, protocol = 'http' }, ...behaviours: readonly Behave[]) {
  const seen = { connections: 0, requests: [] as string[] };
  const server = createServer((socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket
      .on('error', () => {})
      .on('close', () => sockets.delete(socket))
      .on('data', (data) => {
        seen.requests.push(data.toString('latin1'));
        const behave = behaviours[Math.min(seen.requests.length, behaviours.length) - 1];
        behave?.(socket, data.toString('latin1'));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const pool = new Connections(new URL(`${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`), atMost);
  pools.push(pool);
  const send = (request: string, deadline = new Deadline()) => pool.send(request, 'latin1', deadline);
  return { seen, server, pool, send };
}

const text = (body: string, ...fields: string[]): string =>
  ['HTTP/1.1 200 OK', `content-length: ${body.length}`, ...fields, '', body].join('\r\n');
/** Says the request back. */
const echo: Behave = (socket, request) => void socket.write(text(request));
const silent: Behave = () => {};
const over = (deadline: Deadline) => deadline.end(new Error('too late'));

describe('connections', () => {
  test('are used for one request after the other', async () => {
    const { seen, send } = await neighbour({}, echo);
    for (const request of ['a', 'b', 'c']) expect(await send(request)).toMatchObject({ status: 200, text: request });
    expect(seen.connections).toBe(1);
  });

  test('are as many as requests at once, but no more than there may be: the others wait in order', async () => {
    const held: Socket[] = [];
    const { seen, send } = await neighbour({ atMost: 2 }, (socket) => void held.push(socket));
    const answers: string[] = [];
    const asked = ['a', 'b', 'c', 'd'].map((request) => send(request).then((answer) => answers.push(answer.text)));
    while (seen.requests.length < 2) await pause(5);
    await pause(20);
    expect(seen.requests.toSorted()).toEqual(['a', 'b']);
    for (const expected of [3, 4]) {
      held.shift()?.write(text(`answer ${expected}`));
      while (seen.requests.length < expected) await pause(5);
    }
    expect(seen.requests.slice(2)).toEqual(['c', 'd']);
    for (const socket of held) socket.write(text('last'));
    await Promise.all(asked);
    expect([seen.connections, answers]).toEqual([2, ['answer 3', 'answer 4', 'last', 'last']]);
  });

  test.each([
    ['that say so', ['connection: close']],
    ['that are kept for no longer than a request may be on its way', ['keep-alive: timeout=1']],
  ])('%s are used once', async (_, fields) => {
    const { seen, send } = await neighbour({}, (socket) => void socket.write(text('ok', ...fields)));
    for (const request of ['a', 'b']) expect(await send(request)).toMatchObject({ text: 'ok' });
    expect(seen.connections).toBe(2);
  });

  test('that the other side is about to end are not used', async () => {
    const { seen, send } = await neighbour({}, (socket) => void socket.write(text('ok', 'keep-alive: timeout=2')));
    await send('a');
    await send('b');
    expect(seen.connections).toBe(1);
    await pause(1_050);
    await send('c');
    expect(seen.connections).toBe(2);
  });

  test('that the other side has ended are not used', async () => {
    const { seen, send } = await neighbour({}, (socket) => void socket.end(text('ok')));
    for (const request of ['a', 'b']) {
      expect(await send(request)).toMatchObject({ text: 'ok' });
      await pause(20);
    }
    expect(seen).toEqual({ connections: 2, requests: ['a', 'b'] });
  });

  test('on which something came that nobody asked for are not used', async () => {
    const { seen, send } = await neighbour({}, (socket) => {
      socket.write(text('ok'));
      setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n'), 10);
    });
    for (const request of ['a', 'b']) {
      expect(await send(request)).toMatchObject({ status: 200 });
      await pause(40);
    }
    expect(seen.connections).toBe(2);
  });

  test('never give an answer that came with another one to the next request', async () => {
    const { send } = await neighbour({}, (socket) => void socket.write(text('mine') + text("somebody else's")), echo);
    expect(await send('a')).toMatchObject({ text: 'mine' });
    expect(await send('b')).toMatchObject({ text: 'b' });
  });

  test('never give an answer that came too late to the next request', async () => {
    const { seen, send } = await neighbour(
      { atMost: 1 },
      (socket) => void setTimeout(() => socket.write(text('late')), 50),
      echo,
    );
    const deadline = new Deadline();
    const late = send('a', deadline);
    while (seen.requests.length === 0) await pause(5);
    over(deadline);
    await expect(late).rejects.toThrow('too late');
    expect(await send('b')).toMatchObject({ text: 'b' });
    await pause(80);
    expect(await send('c')).toMatchObject({ text: 'c' });
  });

  test('are not used again when the answer came before all of the request was sent', async () => {
    const { seen, send } = await neighbour({}, (socket) => {
      socket.pause();
      socket.write(text('no more'));
    });
    expect(await send('a'.repeat(30_000_000))).toMatchObject({ text: 'no more' });
    expect(await send('b'.repeat(30_000_000))).toMatchObject({ text: 'no more' });
    expect(seen.connections).toBe(2);
  });
});

describe('a request', () => {
  test('whose connection is cut in the middle of the answer may have been heard', async () => {
    const { send } = await neighbour({}, (socket) => void socket.end(text('ok').slice(0, -1)));
    await expect(send('a')).rejects.toMatchObject({ code: 'CLOSED', wasSent: true });
  });

  test('whose connection is reset may have been heard', async () => {
    const { send } = await neighbour({}, (socket) => void socket.resetAndDestroy());
    await expect(send('a')).rejects.toMatchObject({ code: 'ECONNRESET', wasSent: true });
  });

  test('that crosses the end of its connection may have been heard, and the next one has a new connection', async () => {
    const { seen, send } = await neighbour({}, echo, (socket) => void socket.destroy(), echo);
    expect(await send('a')).toMatchObject({ text: 'a' });
    await expect(send('b')).rejects.toMatchObject({ wasSent: true });
    expect(await send('c')).toMatchObject({ text: 'c' });
    expect(seen.connections).toBe(2);
  });

  test('that nobody listens to was not sent', async () => {
    const { server, send } = await neighbour({}, echo);
    await new Promise((resolve) => server.close(resolve));
    await expect(send('a')).rejects.toMatchObject({ code: 'ECONNREFUSED', wasSent: false });
  });

  test('that waits gets another connection when the one before it lost its own', async () => {
    const { seen, send } = await neighbour({ atMost: 1 }, (socket) => void socket.resetAndDestroy(), echo);
    const [first, second] = await Promise.allSettled([send('a'), send('b')]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'ECONNRESET' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { text: 'b' } });
    expect(seen.connections).toBe(2);
  });

  test('whose time is over while it waits is never sent', async () => {
    const { seen, send } = await neighbour(
      { atMost: 1 },
      (socket) => void setTimeout(() => socket.write(text('a')), 40),
      echo,
    );
    const deadline = new Deadline();
    const first = send('a');
    const second = send('b', deadline);
    over(deadline);
    await expect(second).rejects.toThrow('too late');
    await first;
    expect(await send('c')).toMatchObject({ text: 'c' });
    expect(seen.requests).toEqual(['a', 'c']);
  });

  test('whose time is over before it begins is never sent', async () => {
    const { seen, send } = await neighbour({}, echo);
    const deadline = new Deadline();
    over(deadline);
    await expect(send('a', deadline)).rejects.toThrow('too late');
    expect(seen.connections).toBe(0);
  });

  test('over TLS goes to nobody who does not speak it, and was not sent', async () => {
    const { seen, send } = await neighbour({ protocol: 'https' }, silent);
    await expect(send('POST /secret')).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT', wasSent: false });
    const [hello = ''] = seen.requests;
    // A handshake record of TLS.
    expect(hello.charCodeAt(0)).toBe(0x16);
    expect(hello).not.toContain('secret');
  });
});

describe('closing', () => {
  test('ends what is idle at once and waits for what is under way', async () => {
    let held: Socket | null = null;
    const { seen, send, pool } = await neighbour({}, echo, (socket) => void (held = socket));
    await send('a');
    const underWay = send('b');
    while (held === null) await pause(5);
    let closed = false;
    const closing = pool.close().then(() => (closed = true));
    await pause(20);
    expect(closed).toBe(false);
    (held as Socket).write(text('the last one'));
    expect(await underWay).toMatchObject({ text: 'the last one' });
    await closing;
    expect(seen.connections).toBe(1);
    await expect(send('c')).rejects.toMatchObject({ code: 'CLOSED', wasSent: false });
  });

  test('of connections that were never needed is done at once', async () => {
    const { server, pool } = await neighbour({}, echo);
    await pool.close();
    server.close();
    await once(server, 'close');
    expect(server.listening).toBe(false);
  });
});
