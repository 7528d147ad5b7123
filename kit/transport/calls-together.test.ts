import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { CallsTogether } from './calls-together.ts';
import { Connections } from './connections.ts';
import { Deadline } from './deadline.ts';
import { readCalls, togetherPath, writeAnswer } from './together-format.ts';

const open: { server: Server; connections: Connections }[] = [];
afterEach(async () => {
  for (const { server, connections } of open.splice(0)) {
    server.closeAllConnections();
    server.close();
    await connections.close();
  }
});

/** A request as the service saw it, and its answer. */
interface Seen {
  readonly path: string;
  /** Of the calls that it brought. */
  readonly bodies: readonly string[];
  readonly response: ServerResponse;
  isOver: boolean;
}

/** A service that leaves its answers to the test, or has `behave` give them. */
async function service(behave: (seen: Seen) => void = () => {}) {
  const seen: Seen[] = [];
  const sockets = new Set<object>();
  const server = createServer((request, response) => {
    sockets.add(request.socket);
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      const calls = path === togetherPath ? readCalls(text) : null;
      const one = { path, bodies: calls?.map(({ body }) => body) ?? [text], response, isOver: false };
      response.once('close', () => (one.isOver = true));
      seen.push(one);
      behave(one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connections = new Connections(new URL(`http://${host}`), 8);
  open.push({ server, connections });
  const together = new CallsTogether({ connections, host });
  const call = (body: string, deadline = new Deadline(), header = 'signed') =>
    together.send({ path: '/graphql', header, traceparent: undefined, body }, deadline);
  /** Waits until the service has seen so many requests. */
  const requests = async (count: number): Promise<readonly Seen[]> => {
    await eventually(() => expect(seen).toHaveLength(count));
    return seen;
  };
  return { seen, sockets, call, requests };
}

const line = (index: number, text: string, status = 200): string => writeAnswer({ index, status, text });
/** Says the body of each call back, the last one first. */
const echo = ({ path, bodies, response }: Seen): void => {
  if (path !== togetherPath) response.end(bodies[0]);
  else
    response.end(
      bodies
        .map((body, index) => line(index, body))
        .toReversed()
        .join(''),
    );
};
const over = (deadline: Deadline): void => deadline.end(new Error('too late'));

describe('calls of one turn', () => {
  test('travel as one request, and each has its own answer', async () => {
    const { seen, call } = await service(echo);
    const answers = await Promise.all(['"a"', '"你"', '"c"'].map((body) => call(body)));
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [200, '"a"'],
      [200, '"你"'],
      [200, '"c"'],
    ]);
    expect(seen.map(({ path, bodies }) => [path, bodies.length])).toEqual([[togetherPath, 3]]);
  });

  test('travel with those that follow from promises of that turn, and not with those of the next', async () => {
    const { call, requests } = await service(echo);
    const first = call('1');
    const second = Promise.resolve().then(() => call('2'));
    await nextTurn();
    await Promise.all([first, second, call('3')]);
    expect((await requests(2)).map(({ bodies }) => bodies)).toEqual([['1', '2'], ['3']]);
  });

  test('do not wait for each other', async () => {
    const { call, requests } = await service();
    const slow = call('1');
    const quick = call('2');
    const [{ response } = { response: null }] = await requests(1);
    response?.write(line(1, '"quick"'));
    expect(await quick).toMatchObject({ text: '"quick"' });
    response?.end(line(0, '"slow"', 400));
    expect(await slow).toMatchObject({ status: 400, text: '"slow"' });
  });

  test('are several requests when they are many, and a long one travels alone', async () => {
    const { call, requests } = await service(echo);
    const long = JSON.stringify('x'.repeat(70_000));
    await Promise.all([call(long), ...Array.from({ length: 70 }, (_, nth) => call(String(nth)))]);
    const counts = (await requests(3)).map(({ path, bodies }) => `${path} ${bodies.length}`);
    expect(counts.toSorted()).toEqual(['/graphql 1', '/together 6', '/together 64']);
  });
});

test('a call that HTTP would read otherwise is not sent, and those beside it are', async () => {
  const { seen, call } = await service(echo);
  const [unsafe, safe] = await Promise.allSettled([call('1', new Deadline(), 'a\r\nb'), call('2')]);
  expect(unsafe).toMatchObject({ status: 'rejected', reason: expect.any(RangeError) });
  expect(safe).toMatchObject({ status: 'fulfilled', value: { text: '2' } });
  expect(seen.map(({ bodies }) => bodies)).toEqual([['2']]);
});

test('a call whose time is over before its turn ends is not sent', async () => {
  const { seen, call } = await service(echo);
  const deadline = new Deadline();
  const late = call('1', deadline);
  const others = [call('2'), call('3')];
  over(deadline);
  await expect(late).rejects.toThrow('too late');
  expect((await Promise.all(others)).map(({ text }) => text)).toEqual(['2', '3']);
  expect(seen.map(({ bodies }) => bodies)).toEqual([['2', '3']]);
});

test('a call that is alone in its turn is a request of its own', async () => {
  const { seen, call } = await service(echo);
  expect(await call('1')).toMatchObject({ status: 200, text: '1' });
  expect(seen.map(({ path }) => path)).toEqual(['/graphql']);
});

describe('of calls that travel together', () => {
  test('one that is given up ends nobody else’s, and its late answer is heard by nobody', async () => {
    const { sockets, call, requests } = await service();
    const deadline = new Deadline();
    const late = call('1', deadline);
    const other = call('2');
    const [{ response } = { response: null }] = await requests(1);
    over(deadline);
    await expect(late).rejects.toThrow('too late');
    response?.end(line(0, '"late"') + line(1, '"in time"'));
    expect(await other).toMatchObject({ text: '"in time"' });
    const next = call('3');
    (await requests(2))[1]?.response.end('"next"');
    expect(await next).toMatchObject({ text: '"next"' });
    expect(sockets.size).toBe(1);
  });

  test('nobody waits for when all are given up: their connection is ended', async () => {
    const { call, requests } = await service();
    const deadlines = [new Deadline(), new Deadline()];
    const given = deadlines.map((deadline, nth) => call(String(nth), deadline));
    const [request] = await requests(1);
    for (const deadline of deadlines) over(deadline);
    for (const each of given) await expect(each).rejects.toThrow('too late');
    await eventually(() => expect(request?.isOver).toBe(true));
  });

  test('those that have no answer when the connection breaks may have been heard', async () => {
    const { call, requests } = await service();
    const answered = call('1');
    const lost = [call('2'), call('3')];
    const [{ response } = { response: null }] = await requests(1);
    response?.write(line(0, '"heard"'));
    expect(await answered).toMatchObject({ text: '"heard"' });
    response?.destroy();
    for (const each of lost) await expect(each).rejects.toMatchObject({ code: 'CLOSED', wasSent: true });
  });

  test.each([
    ['a line that is no answer', 'rubbish\n'],
    ['no line for one of them', line(0, '1')],
    ['a line that does not end', `${line(0, '1')}1 200 {}`],
  ])('those are unanswered that have no line of their own: %s', async (_, answer) => {
    const { call } = await service(({ response }) => response.end(answer));
    const [, unanswered] = await Promise.allSettled([call('1'), call('2')]);
    expect(unanswered).toMatchObject({ status: 'rejected', reason: { code: 'MALFORMED' } });
  });

  test('a line for another than these is heard by nobody', async () => {
    const { call } = await service(({ response }) => response.end(line(7, '7') + line(0, '1') + line(1, '2')));
    const answers = await Promise.all([call('1'), call('2')]);
    expect(answers.map(({ text }) => text)).toEqual(['1', '2']);
  });
});

test('to a service that takes none together calls go alone, at once and for a while', async () => {
  const { seen, call } = await service((one) => {
    if (one.path === togetherPath) one.response.writeHead(404).end('{}');
    else echo(one);
  });
  for (const bodies of [
    ['1', '2'],
    ['3', '4'],
  ]) {
    const answers = await Promise.all(bodies.map((body) => call(body)));
    expect(answers.map(({ text }) => text)).toEqual(bodies);
  }
  expect(seen.map(({ path }) => path)).toEqual([togetherPath, ...Array<string>(4).fill('/graphql')]);
});
