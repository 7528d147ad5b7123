import { atEndOfTurn } from '#kit/turns/end-of-turn.ts';
import { type HttpAnswer, MalformedAnswer } from './answer-reader.ts';
import type { Connections } from './connections.ts';
import { Deadline } from './deadline.ts';
import { post } from './post.ts';
import { viewerHeader } from './signature.ts';
import { LineReader, type PostedCall, readAnswer, togetherAtMost, togetherPath, writeCall } from './together-format.ts';

/** A call and who waits for its answer. */
interface Traveller {
  readonly call: PostedCall;
  /** The same as it travels with others. */
  readonly line: string;
  readonly deadline: Deadline;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** A longer one travels alone, characters: it would keep the others waiting. */
const longestTogether = 64 * 1024;
/** For how long calls travel alone to a service that doesn't take them together, milliseconds. */
const aloneMs = 60_000;

/**
 * Lets calls that are made of a service in the same turn of the event loop travel as one request, whose answer has a line for each of them as soon as it is there: none waits for another, and one
 * that is given up ends nobody else's. Only for calls that may be made again: when the connection breaks, nobody knows which of them were heard.
 */
export class CallsTogether {
  readonly #service: { readonly connections: Connections; readonly host: string };
  #leaving: Traveller[] = [];
  #aloneUntil = 0;

  constructor(service: { readonly connections: Connections; readonly host: string }) {
    this.#service = service;
  }

  /** Rejects as `post` does. */
  send(call: PostedCall, deadline: Deadline): Promise<HttpAnswer> {
    if (call.body.length > longestTogether || performance.now() < this.#aloneUntil)
      return this.sendAlone(call, deadline);
    return new Promise((resolve, reject) => {
      const traveller = { call, line: writeCall(call), deadline, resolve, reject };
      // After all promises of this turn, which make more calls.
      if (this.#leaving.push(traveller) === 1) process.nextTick(() => this.#leave());
    });
  }

  /** For a call that may not be made again. Rejects as `post` does. */
  sendAlone({ path, header, traceparent, body }: PostedCall, deadline: Deadline): Promise<HttpAnswer> {
    const fields = { [viewerHeader]: header, ...(traceparent === undefined ? {} : { traceparent }) };
    return post(this.#service, path, body, fields, deadline);
  }

  #leave(): void {
    const leaving = this.#leaving.filter(({ deadline, reject }) => {
      if (deadline.reason !== null) reject(deadline.reason);
      return deadline.reason === null;
    });
    this.#leaving = [];
    for (let from = 0; from < leaving.length; from += togetherAtMost) {
      const group = leaving.slice(from, from + togetherAtMost);
      if (group.length === 1) group.forEach((only) => this.#letGoAlone(only));
      else this.#sendTogether(group);
    }
  }

  #letGoAlone({ call, deadline, resolve, reject }: Traveller): void {
    this.sendAlone(call, deadline).then(resolve, reject);
  }

  #sendTogether(group: readonly Traveller[]): void {
    const waiting = new Map(group.entries());
    const whole = new Deadline();
    for (const [index, { deadline, reject }] of waiting) {
      deadline.whenOver = () => {
        waiting.delete(index);
        reject(deadline.reason);
        // Nobody wants to hear any of it.
        if (waiting.size === 0 && deadline.reason !== null) whole.end(deadline.reason);
      };
    }
    const leaveEach = (leave: (traveller: Traveller) => void): void => {
      for (const traveller of waiting.values()) {
        traveller.deadline.whenOver = null;
        leave(traveller);
      }
    };
    const lines = new LineReader((line) => {
      const answer = readAnswer(line);
      if (answer === null) throw new MalformedAnswer('a line that is no answer');
      const { index, status, text } = answer;
      const traveller = waiting.get(index);
      // It has been given up.
      if (traveller === undefined) return;
      waiting.delete(index);
      traveller.deadline.whenOver = null;
      atEndOfTurn(() => traveller.resolve({ status, text, keptMs: 0 }));
    });
    const body = group.map(({ line }) => line).join('');
    const options = { contentType: 'text/plain; charset=utf-8', onPiece: (piece: Buffer) => lines.read(piece) };
    post(this.#service, togetherPath, body, {}, whole, options).then(
      ({ status }) => {
        if (status === 200) leaveEach(({ reject }) => reject(new MalformedAnswer('no line for one of the calls')));
        else {
          // It heard none of them.
          this.#aloneUntil = performance.now() + aloneMs;
          leaveEach((traveller) => this.#letGoAlone(traveller));
        }
      },
      (error: unknown) => leaveEach(({ reject }) => reject(error)),
    );
  }
}
