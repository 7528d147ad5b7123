import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { atEndOfTurn } from '#kit/turns/end-of-turn.ts';
import { AnswerReader, type HttpAnswer, type OnPiece } from './answer-reader.ts';
import type { Deadline } from './deadline.ts';

/** A connection broke before its answer was whole. */
export class ConnectionLost extends Error {
  /** What the system calls it. */
  readonly code: string;
  /** Whether the other side may have got the request. */
  readonly wasSent: boolean;
  constructor(code: string, wasSent: boolean, cause?: unknown) {
    super('the connection was lost', { cause });
    this.name = 'ConnectionLost';
    this.code = code;
    this.wasSent = wasSent;
  }
}

/** A request and who waits for its answer. */
interface Exchange {
  /** All of the request: head and body. */
  readonly request: string;
  readonly encoding: 'latin1' | 'utf8';
  readonly deadline: Deadline;
  readonly onPiece: OnPiece | null;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Until a connection is there, milliseconds. */
const connectWithinMs = 1_000;
/** How long a connection is kept for the next request, milliseconds, if the other side doesn't want to end it sooner. */
const usuallyKeptMs = 30_000;
/** So much before the other side ends a connection it isn't used any more, milliseconds: a request could cross its end. */
const marginMs = 1_000;
/** How often connections are looked for that have been kept for long enough, milliseconds. */
const lookEveryMs = 5_000;
/** Where what arrives is put for as long as it takes to read it, whichever connection it comes by: a buffer for each piece has to be made and collected, and a stream hands it on. */
const arrived = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Connections to one address, kept for the requests to come: one request at a time on each, so that one that is given up ends nobody else's. The one that was used last is used first. When all that
 * there may be are taken, requests wait in the order of their arrival.
 */
export class Connections {
  readonly #address: URL;
  readonly #atMost: number;
  readonly #all = new Set<Connection>();
  /** The last one was used last. */
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<Exchange>();
  #looking: NodeJS.Timeout | null = null;
  #whenEmpty: (() => void) | null = null;

  constructor(address: URL, atMost: number) {
    this.#address = address;
    this.#atMost = atMost;
  }

  /**
   * Sends a request. Rejects with ConnectionLost, MalformedAnswer, what `onPiece` throws, or the deadline's reason once that is over. `onPiece` is given the body of an answer with status 200 as it comes.
   */
  send(
    request: string,
    encoding: Exchange['encoding'],
    deadline: Deadline,
    onPiece: OnPiece | null = null,
  ): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const refusal = deadline.reason ?? (this.#whenEmpty && new ConnectionLost('CLOSED', false));
      if (refusal !== null) {
        reject(refusal);
        return;
      }
      const exchange = { request, encoding, deadline, onPiece, resolve, reject };
      const connection = this.#free();
      if (connection !== null) {
        connection.carry(exchange);
        return;
      }
      this.#waiting.add(exchange);
      deadline.whenOver = () => {
        this.#waiting.delete(exchange);
        reject(deadline.reason);
      };
    });
  }

  /** Ends what is idle at once, and the others after their answers. */
  async close(): Promise<void> {
    if (this.#looking !== null) clearInterval(this.#looking);
    const emptied = new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    for (const connection of this.#idle.splice(0)) connection.end();
    this.#tellIfEmpty();
    await emptied;
  }

  #free(): Connection | null {
    const now = performance.now();
    for (let known = this.#idle.pop(); known !== undefined; known = this.#idle.pop()) {
      if (known.keptUntil > now) return known;
      known.end();
    }
    return this.#all.size < this.#atMost ? this.#open() : null;
  }

  #open(): Connection {
    this.#looking ??= setInterval(() => this.#endOld(), lookEveryMs).unref();
    const connection = new Connection(this.#address, {
      isFree: () => {
        const next = this.#nextWaiting();
        if (next !== null) connection.carry(next);
        else if (this.#whenEmpty === null) this.#idle.push(connection);
        else connection.end();
      },
      isGone: () => {
        this.#all.delete(connection);
        const at = this.#idle.indexOf(connection);
        if (at >= 0) this.#idle.splice(at, 1);
        const next = this.#nextWaiting();
        if (next !== null) this.#open().carry(next);
        this.#tellIfEmpty();
      },
    });
    this.#all.add(connection);
    return connection;
  }

  #nextWaiting(): Exchange | null {
    const [next = null] = this.#waiting;
    if (next !== null) this.#waiting.delete(next);
    return next;
  }

  #endOld(): void {
    const now = performance.now();
    for (const connection of this.#idle.filter(({ keptUntil }) => keptUntil <= now)) connection.end();
  }

  #tellIfEmpty(): void {
    if (this.#all.size === 0 && this.#waiting.size === 0) this.#whenEmpty?.();
  }
}

/** What a connection tells of itself. */
interface Watcher {
  /** It has brought an answer and may be used again. */
  isFree(): void;
  /** It is over; told once. */
  isGone(): void;
}

/** One connection, for one exchange after the other. */
class Connection {
  /** Until when it may be used for another request, on the clock of `performance.now()`. */
  keptUntil = 0;
  readonly #socket: Socket;
  readonly #watcher: Watcher;
  #isConnected = false;
  #exchange: Exchange | null = null;
  #reader = new AnswerReader();
  #fault: unknown = null;

  constructor({ protocol, hostname, port }: URL, watcher: Watcher) {
    this.#watcher = watcher;
    const isSecure = protocol === 'https:';
    // An address of version 6 stands in brackets.
    const host = hostname.replace(/^\[|\]$/g, '');
    const onread = { buffer: arrived, callback: (bytes: number) => this.#receive(arrived.subarray(0, bytes)) };
    const at = { host, port: Number(port || (isSecure ? 443 : 80)), onread };
    this.#socket = isSecure ? connectSecurely(at) : connectPlainly(at);
    this.#socket.setNoDelay(true);
    const tooLate = setTimeout(() => this.#socket.destroy(connectTimeout()), connectWithinMs);
    this.#socket
      .once(isSecure ? 'secureConnect' : 'connect', () => {
        clearTimeout(tooLate);
        this.#isConnected = true;
      })
      .once('end', () => this.#settle(this.#exchange === null ? null : this.#reader.end()))
      .once('error', (error) => (this.#fault = error))
      .once('close', () => {
        clearTimeout(tooLate);
        this.#exchange?.reject(this.#lost());
        this.#leaveExchange();
        this.#watcher.isGone();
      });
  }

  /** Sends a request and gives its answer to who waits for it. */
  carry(exchange: Exchange): void {
    this.#exchange = exchange;
    const { deadline, request, encoding, onPiece } = exchange;
    this.#reader = new AnswerReader(onPiece);
    // What may still come would be taken for the answer to the next request.
    deadline.whenOver = () => this.#fail(deadline.reason);
    this.#socket.write(request, encoding);
  }

  end(): void {
    this.#socket.destroy();
  }

  /** True: it goes on listening. */
  #receive(bytes: Buffer): boolean {
    try {
      // Whatever is said to nobody: that it is going to hang up, for example.
      if (this.#exchange === null) this.end();
      else this.#settle(this.#reader.read(bytes));
    } catch (error) {
      this.#fail(error);
    }
    return true;
  }

  #settle(answer: HttpAnswer | null): void {
    const exchange = this.#exchange;
    if (answer === null || exchange === null) return;
    this.#leaveExchange();
    atEndOfTurn(() => exchange.resolve(answer));
    // An answer that comes before all of its request was sent leaves a rest that would be taken for another request.
    const mayStay = answer.keptMs > marginMs && this.#socket.writableLength === 0 && !this.#socket.readableEnded;
    if (!mayStay) {
      this.end();
      return;
    }
    this.keptUntil = performance.now() + Math.min(usuallyKeptMs, answer.keptMs - marginMs);
    this.#watcher.isFree();
  }

  #fail(error: unknown): void {
    this.#exchange?.reject(error);
    this.#leaveExchange();
    this.end();
  }

  #leaveExchange(): void {
    if (this.#exchange !== null) this.#exchange.deadline.whenOver = null;
    this.#exchange = null;
  }

  #lost(): ConnectionLost {
    const { code = 'CLOSED' } = (this.#fault ?? {}) as { code?: string };
    return new ConnectionLost(code, this.#isConnected, this.#fault);
  }
}

function connectTimeout(): Error {
  return Object.assign(new Error(`no connection within ${connectWithinMs} ms`), { code: 'CONNECT_TIMEOUT' });
}
