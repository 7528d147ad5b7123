import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { listenWidely } from './listen-widely.ts';

const host = '127.0.0.1';
const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

function anApp(): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.get('/', async () => 'here');
  apps.push(app);
  return app;
}

/** In how many turns of the event loop so many newcomers are taken who all stand there already. */
async function turnsToTake(app: FastifyInstance, port: number, newcomers: number): Promise<number> {
  let taken = 0;
  app.server.on('connection', () => (taken += 1));
  const sockets = Array.from({ length: newcomers }, () => connect({ host, port }));
  let turns = 0;
  for (; taken < newcomers; turns += 1) await nextTurn();
  for (const socket of sockets) socket.destroy();
  return turns;
}

describe('listening widely', () => {
  test('takes a crowd of newcomers in a few turns of the event loop, where a single socket needs a turn for each', async () => {
    const usual = anApp();
    await usual.listen({ host, port: 0 });
    const alone = await turnsToTake(usual, (usual.server.address() as AddressInfo).port, 200);
    const wide = anApp();
    const together = await turnsToTake(wide, await listenWidely(wide, { host, port: 0 }), 200);
    expect(alone).toBeGreaterThanOrEqual(200);
    expect(together).toBeLessThanOrEqual(50);
  });

  test('answers whoever comes to any of its sockets, until it is closed', async () => {
    const app = anApp();
    const port = await listenWidely(app, { host, port: 0 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => (await fetch(`http://${host}:${port}/`)).text()),
    );
    expect(answers).toEqual(Array.from({ length: 100 }, () => 'here'));
    await app.close();
    const tries = Array.from({ length: 100 }, () => faultOf(connect({ host, port })));
    expect(new Set(await Promise.all(tries))).toEqual(new Set(['ECONNREFUSED']));
  });

  test('is told when the port belongs to another program, or to another of its kind', async () => {
    const stranger = createServer();
    stranger.listen({ host, port: 0 });
    await once(stranger, 'listening');
    const port = (stranger.address() as AddressInfo).port;
    await expect(listenWidely(anApp(), { host, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    stranger.close();
    await once(stranger, 'close');
    expect(await listenWidely(anApp(), { host, port })).toBe(port);
    await expect(listenWidely(anApp(), { host, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

async function faultOf(socket: Socket): Promise<string | undefined> {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
}
