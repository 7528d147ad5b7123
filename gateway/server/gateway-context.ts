import type { Logger } from 'pino';
import type { Viewer } from '#kit/viewer/viewer.ts';
import type { ObservedRequest } from '../observing/observed-request.ts';

/** What the gateway knows of a request while it is answered. */
export interface GatewayContext {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** Where the request came from; undefined for a client on this machine. */
  readonly clientAddress: string | undefined;
  /** The log whose lines have the request's id: made when there is something to say, which is seldom. */
  readonly log: () => Logger;
  /** What is noted of it for metrics, traces and the log. */
  readonly observed: ObservedRequest;
  /** When the answer is due, on the clock of `performance.now()`, milliseconds. */
  readonly answerBy: number;
  /** Aborted when the client has gone away without its answer. */
  readonly gone: AbortSignal;
}

/** From the end of a request's body to its answer, milliseconds, however many subgraphs are needed one after another. */
export const answerWithinMs = 4800;
