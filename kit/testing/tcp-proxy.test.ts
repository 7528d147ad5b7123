import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

let echo: Server;
let link: TcpProxy;

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  link = await startTcpProxy((echo.address() as AddressInfo).port);
});
afterEach(async () => {
  await link.stop();
  echo.close();
});

/** Somebody who talks through the link and keeps what comes back. */
function speaker() {
  const socket = connect(link.port, '127.0.0.1');
  const spoken = { heard: '', fault: '', say: (text: string) => socket.write(text), hangUp: () => socket.end() };
  socket.on('data', (chunk) => (spoken.heard += String(chunk)));
  socket.on('error', (error: NodeJS.ErrnoException) => (spoken.fault = error.code ?? ''));
  return spoken;
}

describe('a link', () => {
  test('lets everything through', async () => {
    const one = speaker();
    one.say('你好');
    await eventually(() => expect(one.heard).toBe('你好'));
    one.hangUp();
  });

  test('that is silent holds what is said, and delivers it in order when it is open again', async () => {
    const one = speaker();
    one.say('before ');
    await eventually(() => one.heard === 'before ');
    link.silence();
    one.say('meanwhile ');
    const other = speaker();
    other.say('hello');
    link.slow(10);
    one.say('slowly');
    link.open();
    await eventually(() => one.heard === 'before meanwhile slowly');
    await eventually(() => other.heard === 'hello');
    expect([one.fault, other.fault]).toEqual(['', '']);
  });

  test('that is slow takes its time both ways', async () => {
    link.slow(40);
    const one = speaker();
    const begunAt = performance.now();
    one.say('hello');
    await eventually(() => one.heard === 'hello');
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(79);
  });

  test('that resets ends old connections and new ones, until it is open again', async () => {
    const old = speaker();
    old.say('a');
    await eventually(() => old.heard === 'a');
    link.reset();
    await eventually(() => old.fault === 'ECONNRESET');
    const fresh = speaker();
    await eventually(() => fresh.fault === 'ECONNRESET');
    link.open();
    const later = speaker();
    later.say('b');
    await eventually(() => expect(later.heard).toBe('b'));
  });
});
