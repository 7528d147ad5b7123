import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import { hangUpWhenClosing } from './hang-up-when-closing.ts';

test('a server that is closed in the middle of a request answers it, hangs up and is closed', async () => {
  const app = fastify({ forceCloseConnections: 'idle' });
  hangUpWhenClosing(app);
  const [begun, closing, finish] = [0, 1, 2].map(() => Promise.withResolvers<void>());
  app.addHook('preClose', async () => closing?.resolve());
  app.get('/slow', async () => {
    begun?.resolve();
    await finish?.promise;
    return { answered: true };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const answer = fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/slow`);
  await begun?.promise;
  const closed = app.close();
  await closing?.promise;
  finish?.resolve();

  const response = await answer;
  expect(await response.json()).toEqual({ answered: true });
  expect(response.headers.get('connection')).toBe('close');
  // Without hanging up it would take as long as the client keeps its connection.
  await closed;
});
