import { createServer, request as ask, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { answerTogether } from './answer-together.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const posted = (body: string) => ({ path: '/graphql', header: 'signed', traceparent: undefined, body }) as const;

/** Two calls that came together, whose answers the test gives, and the response to whoever made them. */
async function together(isClosing: () => boolean = () => false) {
  const answers = [0, 1].map(() => Promise.withResolvers<{ status: number; text: string }>());
  let signal: AbortSignal | null = null;
  const server = createServer((_request, response) =>
    answerTogether(response, [posted('0'), posted('1')], {
      isClosing,
      async answer({ body }, given) {
        signal = given;
        return (answers[Number(body)] ?? Promise.withResolvers<never>()).promise;
      },
    }),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const asking = ask({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', method: 'POST' }).end();
  // Of a request that hangs up itself.
  asking.on('error', () => {});
  return {
    answer: (nth: number, text: string) => answers[nth]?.resolve({ status: 200, text }),
    response: async () => ((await once(asking, 'response')) as [IncomingMessage])[0].setEncoding('utf8'),
    hangUp: () => asking.destroy(),
    begun: () => once(server, 'request'),
    signal: () => signal as AbortSignal | null,
  };
}

test('an answer leaves before those that take longer', async () => {
  const { answer, response } = await together();
  const coming = response();
  answer(1, '"quick"');
  const heard = await coming;
  expect(await once(heard, 'data')).toEqual(['1 200 "quick"\n']);
  answer(0, '"slow"');
  expect(await once(heard, 'data')).toEqual(['0 200 "slow"\n']);
});

test('answers of one moment leave in one piece, whose length is told when it is all', async () => {
  const { answer, response } = await together();
  const coming = response();
  answer(0, '0');
  answer(1, '1');
  const heard = await coming;
  expect(heard.headers['content-length']).toBe('16');
  expect(await once(heard, 'data')).toEqual(['0 200 0\n1 200 1\n']);
});

test('whoever hangs up wants no more of them', async () => {
  const { begun, hangUp, signal } = await together();
  await begun();
  hangUp();
  await once(signal() ?? new EventTarget(), 'abort');
  expect(signal()?.aborted).toBe(true);
});

test.each([
  ['before the first answer', true],
  ['between two answers', false],
])('the connection of a service that begins to close %s ends with them', async (_, atOnce) => {
  let closing = atOnce;
  const { answer, response } = await together(() => closing);
  const coming = response();
  answer(0, '0');
  const heard = await coming;
  expect(heard.headers.connection).toBe(atOnce ? 'close' : 'keep-alive');
  closing = true;
  answer(1, '1');
  heard.resume();
  await once(heard.socket, 'close');
});
