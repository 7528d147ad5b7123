import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { textOf, type ClientRequest } from './hammer.ts';
import { createAnswerReader, type Answer } from './read-answers.ts';

/** What became of a request: the whole answer, the word when to come again, or anything else. */
export type Fate = 'good' | 'turned away' | 'failed';

/** One request. Times in milliseconds. */
export interface Sent {
  /** Whose it was, as `next` said. */
  readonly by: number;
  /** When it was to be sent, from the beginning. */
  readonly dueAt: number;
  /** From then to its answer: who waits to be sent waits too. */
  readonly ms: number;
  /** Of it, until the sender came to send it: what is late here says nothing about who is asked. */
  readonly lateMs: number;
  readonly fate: Fate;
}

export interface RateOptions {
  /** Of the gateway, without a path. */
  readonly url: string;
  readonly channel: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly next: (nth: number) => ClientRequest & { readonly by: number };
}

const lookEveryMs = 4;
/** More connections than anybody needs who is answered in time. */
const mostConnections = 4_000;
/** For what is under way at the end. */
const patienceMs = 6_000;

/** Sends requests at a rate, whether or not those before are answered, as a crowd does; each over a connection that is free, or a new one. */
export async function sendAtRate({ url, channel, perSecond, seconds, next }: RateOptions): Promise<Sent[]> {
  const { hostname, port, host } = new URL(url);
  const sent: Sent[] = [];
  const idle: Socket[] = [];
  const sockets = new Set<Socket>();
  const onAnswer = new WeakMap<Socket, (answer: Answer | null) => void>();
  const begunAt = performance.now();
  let underWay = 0;

  function open(): Socket {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    sockets.add(socket);
    socket.on(
      'data',
      createAnswerReader((answer) => onAnswer.get(socket)?.(answer)),
    );
    socket
      .on('error', () => undefined)
      .on('close', () => {
        sockets.delete(socket);
        onAnswer.get(socket)?.(null);
      });
    return socket;
  }

  function send(nth: number): void {
    const { by, ...request } = next(nth);
    const dueAt = (nth * 1_000) / perSecond;
    const lateMs = performance.now() - begunAt - dueAt;
    const end = (fate: Fate): void => {
      underWay -= 1;
      sent.push({ by, dueAt, ms: performance.now() - begunAt - dueAt, lateMs, fate });
    };
    underWay += 1;
    let socket = idle.pop();
    while (socket?.destroyed === true) socket = idle.pop();
    if (socket === undefined && sockets.size >= mostConnections) return end('failed');
    const used = socket ?? open();
    onAnswer.set(used, (answer) => {
      onAnswer.delete(used);
      end(answer === null ? 'failed' : fateOf(answer));
      if (answer !== null) idle.push(used);
    });
    used.write(textOf(host, channel, request));
  }

  const all = Math.floor(perSecond * seconds);
  for (let nth = 0; nth < all;) {
    const due = Math.min(all, Math.ceil(((performance.now() - begunAt) / 1_000) * perSecond));
    for (; nth < due; nth += 1) send(nth);
    await pause(lookEveryMs);
  }
  const deadline = performance.now() + patienceMs;
  while (underWay > 0 && performance.now() < deadline) await pause(20);
  for (const socket of sockets) socket.destroy();
  // Closing tells those that are still open, and they count as failed.
  while (underWay > 0) await pause(20);
  return sent;
}

function fateOf({ status, body }: Answer): Fate {
  const saysWhen = /"code":"(BUSY|RATE_LIMITED)"/.test(body) && body.includes('"retryAfterMs"');
  if ((status === 503 || status === 429 || status === 200) && saysWhen && !body.includes('"effect"'))
    return 'turned away';
  return status === 200 && !body.includes('"errors":[') && !body.includes('"userErrors":[{') ? 'good' : 'failed';
}
