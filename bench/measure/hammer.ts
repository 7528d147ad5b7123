import { connect, type Socket } from 'node:net';
import { quantileOf } from './in-a-loop.ts';
import { createAnswerReader, type Answer } from './read-answers.ts';

/** What a client posts to `/graphql`. */
export interface ClientRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Called anew for each request, so that each can be different. */
export type NextRequest = () => ClientRequest;

/** What came out of a run. Times in milliseconds. */
export interface Hammered {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers that were no 200, or held an error or a refusal, and connections that broke. */
  readonly failures: number;
  /** Of those, whole answers that say no: refusals without an error. */
  readonly refusals: number;
  /** Requests that were told to come again later, and did; they are neither among the requests nor among the failures. */
  readonly turnedAway: number;
}

export interface HammerOptions {
  /** Of the gateway, without a path. */
  readonly url: string;
  readonly next: NextRequest;
  readonly connections: number;
  /** How long, or how many requests: on a busy machine only their number tells how warm a process is. */
  readonly until: { readonly seconds: number } | { readonly requests: number };
  /** The channel that the client speaks in. */
  readonly channel: string;
}

const error = '"errors":[';
const refusal = '"userErrors":[{';
/** When whoever is turned away may come again, milliseconds; `effect` would say that something may have been done. */
const comeAgain = /^(?=.*"code":"BUSY")(?!.*"effect").*"retryAfterMs":(\d+)/;

/**
 * Sends requests over some connections, each as soon as the one before is answered, or later when it is told so, and looks at every answer. At the end it hangs up;
 * what is under way then isn't counted. It writes to sockets itself, because it shares the machine with what it measures: an HTTP client costs several
 * times as much.
 */
export async function hammer({ url, next, connections, until, channel }: HammerOptions): Promise<Hammered> {
  const { hostname, port, host } = new URL(url);
  const times: number[] = [];
  let failed = 0;
  let refused = 0;
  let turnedAway = 0;
  const most = 'requests' in until ? until.requests : Number.POSITIVE_INFINITY;
  const begunAt = performance.now();
  const sockets = new Set<Socket>();
  let isOver = false;

  const hangUp = (): void => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
  };
  const over = 'seconds' in until ? setTimeout(hangUp, until.seconds * 1_000) : undefined;

  const judge = ({ status, body }: Answer): void => {
    if (status !== 200 || body.includes(error)) failed += 1;
    else if (body.includes(refusal)) refused += 1;
  };
  const oneConnection = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      sockets.add(socket);
      let askedAt = 0;
      const ask = (): void => {
        askedAt = performance.now();
        if (!isOver) socket.write(textOf(host, channel, next()));
      };
      const read = createAnswerReader((answer) => {
        if (isOver) return;
        const waitMs = answer.status === 200 ? undefined : comeAgain.exec(answer.body)?.[1];
        if (waitMs !== undefined) {
          turnedAway += 1;
          setTimeout(ask, Number(waitMs));
          return;
        }
        times.push(performance.now() - askedAt);
        judge(answer);
        if (times.length >= most) hangUp();
        else ask();
      });
      socket.on('connect', ask).on('data', read);
      // A broken connection is counted when it closes, which follows at once.
      socket
        .on('error', () => undefined)
        .on('close', () => {
          if (!isOver) failed += 1;
          resolve();
        });
    });

  await Promise.all(Array.from({ length: connections }, oneConnection));
  clearTimeout(over);
  const seconds = (performance.now() - begunAt) / 1_000;
  return {
    requests: times.length,
    perSecond: times.length / seconds,
    p50: Math.round(quantileOf(times, 0.5)),
    p99: Math.round(quantileOf(times, 0.99)),
    failures: failed + refused,
    refusals: refused,
    turnedAway,
  };
}

/** A request as it goes over the wire. */
export function textOf(host: string, channel: string, { body, headers }: ClientRequest): string {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nx-channel: ${channel}\r\n` +
    `${more.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
