import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { badInput, busy, isPublicError } from '#kit/graphql/errors.ts';
import { endOfTurnForNewcomer } from '#kit/turns/end-of-turn.ts';
import { isShopper, type Viewer } from '#kit/viewer/viewer.ts';
import type { AdmittedRequest } from '../admission/admit.ts';
import { graphParamsOf } from '../admission/graph-params.ts';
import type { Door } from '../bulkheads/door.ts';
import { KnownCallers } from '../bulkheads/known-callers.ts';
import { httpCachingOf } from '../caching/http-caching.ts';
import type { PublicAnswer } from '../caching/public-answers.ts';
import type { RequestObserver } from '../observing/observe-requests.ts';
import { freshnessHeader } from '../observing/show-freshness.ts';
import type { GraphInForce, GraphUse } from '../supergraph/graph-in-force.ts';
import { type EndedSessions, mayEndSessions } from '../viewer/ended-sessions.ts';
import { mayExplore } from '../viewer/may-explore.ts';
import type { CallerHeaders } from '../viewer/resolve-viewer.ts';
import {
  announcedLength,
  beginRequest,
  bodyLimit,
  type BegunRequest,
  bodyLimitOf,
  clientAddressOf,
  RequestRefused,
  tooLarge,
} from './caller.ts';
import type { CrossOrigin } from './cross-origin.ts';
import type { GatewayContext } from './gateway-context.ts';
import { jsonType, mediaTypeOf } from './media-type.ts';
import { readJson } from './read-json.ts';
import { letFinish, type Refusal, refusalOf } from './refusals.ts';
import { runOperation } from './run-operation.ts';
import type { ServedGraph } from './served-graph.ts';

export interface GraphHandlerOptions {
  /** What is asked and how it is answered; one request has one graph from its admission to its end. */
  readonly graphs: GraphInForce<ServedGraph>;
  readonly resolveViewer: (headers: CallerHeaders) => Promise<Viewer>;
  readonly endedSessions: Pick<EndedSessions, 'refresh'>;
  /** How many are answered at the same time. */
  readonly door: Door;
  readonly observer: RequestObserver;
  /** Where a request comes from, as far as anybody who said so is believed. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly crossOrigin: CrossOrigin;
  /** Whether connections end with their answers. */
  readonly isClosing: () => boolean;
  readonly log: Logger;
  /** Milliseconds. */
  readonly answerWithin: number;
}

/** A request, and how to answer it. */
interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly begun: BegunRequest;
}

/** One request and what is known of it. */
interface Exchange extends Asked {
  /** To be called when it comes to the door. */
  readonly arrives: () => void;
  /** Aborted when the client goes away. */
  readonly gone: AbortController;
  /** Set before it is admitted. */
  graphUse: GraphUse<ServedGraph> | null;
}

/** An answer as it is to be sent. */
interface Reply {
  readonly status: number;
  /** Beside those that every answer has; of a name that both have, this one counts. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/**
 * Answers requests for the graph, on Node's own HTTP server: who is asking and how much they may send is settled before the body is read, what they ask for before
 * anything is planned.
 */
export function createGraphHandler(
  options: GraphHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { graphs, resolveViewer, endedSessions, door, observer, addressOf, crossOrigin, isClosing } = options;
  const { log, answerWithin } = options;
  const callers = new KnownCallers();

  /** 499 says that the connection ended before the answer was sent. */
  function ended({ response, begun, graphUse, gone }: Exchange): void {
    const status = response.writableFinished ? response.statusCode : 499;
    if (status === 499) gone.abort();
    observer.end(begun.observed, { status, log: begun.log, ...(graphUse && { planOf: graphUse.graph.engine.planOf }) });
  }

  function send({ request, response, begun }: Asked, { status, headers: own, body }: Reply): void {
    const headers: Record<string, string | number> = {
      'x-request-id': begun.requestId,
      'cache-control': 'no-store',
      vary: 'origin, accept',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      ...crossOrigin.ofAnswer(request.headers.origin),
      ...own,
    };
    const length = Buffer.byteLength(body);
    if (status !== 304) headers['content-length'] = length;
    if (isClosing()) headers['connection'] = 'close';
    // One byte for each character is written faster.
    response.writeHead(status, headers).end(body, length === body.length ? 'latin1' : 'utf8');
  }

  async function refuse(exchange: Exchange, error: unknown): Promise<void> {
    const { request, response, begun } = exchange;
    // There is nobody who could be told.
    if (response.destroyed) return;
    const refusal = refusalOf(error, begun.log);
    begun.observed.errorCodes.push(...refusal.errors.map(({ extensions }) => String(extensions['code'])));
    tell(exchange, refusal, await letFinish(request));
  }

  function tell(asked: Asked, refusal: Refusal, more: Readonly<Record<string, string>> = {}): void {
    const { requestId } = asked.begun;
    const errors = refusal.errors.map(({ message, locations, extensions }) => ({
      message,
      ...(locations ? { locations } : {}),
      extensions: { ...extensions, requestId },
    }));
    const headers = { ...more, ...headersOf(refusal, asked.request) };
    send(asked, { status: refusal.status, headers, body: JSON.stringify({ errors }) });
  }

  /** Tells the door that a request is coming; it may say no before anything is done for it. What is long, and whoever nobody knows, comes unannounced. */
  function announce(request: IncomingMessage): (() => void) | RequestRefused {
    const { authorization } = request.headers;
    const caller = authorization === undefined ? addressOf(request) : callers.nameOf(authorization);
    if (caller === null || isLong(request)) return unannounced;
    return door.expect(caller, authorization === undefined);
  }

  /** Tells who would find no place when to come again: thousands may in a second. What they are sending is read and thrown away by Node. */
  function turnAway(asked: Asked, refused: RequestRefused): void {
    const { observed, log } = asked.begun;
    observed.errorCodes.push('BUSY');
    tell(asked, refusalOf(refused, log));
    observer.end(observed, { status: refused.status, log });
  }

  async function viewerOf({ request, begun }: Exchange): Promise<Viewer> {
    try {
      return await resolveViewer(request.headers);
    } catch (error) {
      throw asRefusal(error, begun.log);
    }
  }

  /** Everything of a request whose sender and parameters are known. */
  async function answer(exchange: Exchange, viewer: Viewer, given: unknown): Promise<Reply> {
    const { request, begun, gone } = exchange;
    const { observed } = begun;
    const mediaType = mediaTypeOf(request.headers.accept);
    if (mediaType === null) throw notAcceptable();
    const address = addressOf(request);
    const graphUse = (exchange.graphUse = graphs.enter());
    let leaveDoor: (() => void) | null = null;
    try {
      const { graph } = graphUse;
      const admitted = graph.admit(graphParamsOf(request, given), { viewer, address, span: observed.span });
      observed.operation = observedOperationOf(admitted);
      if (request.headers[freshnessHeader] !== undefined && mayExplore(viewer)) observed.reads = [];
      // A slow upload takes nothing from the time for the answer.
      const answerBy = performance.now() + answerWithin;
      const clientAddress = clientAddressOf(address);
      const context = { ...begun, viewer, answerBy, gone: gone.signal, clientAddress };
      const place = door.enter(viewer.id ?? address, viewer.id === null);
      leaveDoor = place instanceof Promise ? await place : place;
      const answered = await answerTo(graph, admitted, context);
      if (mayEndSessions(admitted.operation)) await endedSessions.refresh();
      const { status, headers, body } = answered;
      const { maxAge } = admitted;
      if (maxAge === null || request.method === 'POST') {
        return { status, headers: { ...headers, 'content-type': mediaType }, body };
      }
      const caching = httpCachingOf(answered, { maxAge, ifNoneMatch: request.headers['if-none-match'] });
      if (caching.isUnchanged) return { status: 304, headers: caching.headers, body: '' };
      return { status, headers: { ...headers, ...caching.headers, 'content-type': mediaType }, body };
    } finally {
      leaveDoor?.();
      graphUse.leave();
    }
  }

  async function exchangeOf(exchange: Exchange): Promise<void> {
    try {
      await endOfTurnForNewcomer();
      exchange.arrives();
      const { request } = exchange;
      const viewer = await viewerOf(exchange);
      const { authorization } = request.headers;
      if (authorization !== undefined && viewer.id !== null) callers.remember(authorization, viewer.id);
      const limit = bodyLimitOf(viewer);
      if (announcedLength(request) > limit) throw tooLarge(limit);
      const given = request.method === 'POST' ? await readJson(request, limit) : null;
      send(exchange, await answer(exchange, viewer, given));
    } catch (error) {
      await refuse(exchange, error);
    }
  }

  return (request, response) => {
    const begun = beginRequest(log, observer, { path: '/graphql', traceparent: request.headers['traceparent'] });
    const arrives = announce(request);
    if (arrives instanceof RequestRefused) {
      turnAway({ request, response, begun }, arrives);
      return;
    }
    const exchange: Exchange = { request, response, begun, arrives, gone: new AbortController(), graphUse: null };
    response.once('close', () => ended(exchange));
    exchangeOf(exchange).catch((error: unknown) => {
      begun.log().error({ err: error }, 'a request could not be refused');
      response.destroy();
    });
  };
}

const unannounced = () => undefined;

/** Whether more may be coming than anybody but staff may send. */
function isLong(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || announcedLength(request) > bodyLimit;
}

/** Whether a request is for the graph. What a browser asks before it sends one isn't. */
export function isForGraph({ url = '', method }: IncomingMessage): boolean {
  return url.startsWith('/graphql') && (url.length === 8 || url[8] === '?') && method !== 'OPTIONS';
}

function answerTo(
  { engine, publicAnswers }: ServedGraph,
  admitted: AdmittedRequest,
  context: GatewayContext,
): Promise<PublicAnswer> {
  const { viewer } = context;
  if (admitted.maxAge !== null) {
    const ask = () => runOperation(engine, admitted, { ...context, gone: nobodyLeaves });
    return publicAnswers.answer(whatIsAsked(admitted, viewer), ask);
  }
  return runOperation(engine, admitted, context).then(({ status, headers, body }) => {
    // Who works here looks at once, as a shopper, at what came of it.
    if (admitted.operation.operation === OperationTypeNode.MUTATION && !isShopper(viewer)) publicAnswers.forget();
    return { status, headers, body, kept: null };
  });
}

/** Of an answer that several may wait for: one of them going away ends nothing. */
const nobodyLeaves = new AbortController().signal;

/** Everything on which the answer to somebody who isn't signed in depends. */
function whatIsAsked({ query, operationName, variables }: AdmittedRequest, { channel, locale }: Viewer): string {
  return JSON.stringify([channel, locale, operationName, variables, query]);
}

function observedOperationOf({ operation, registered, restriction, query, operationName }: AdmittedRequest) {
  return {
    label: registered ? (operation.name?.value ?? 'unnamed') : 'other',
    kind: operation.operation,
    query: restriction?.query ?? query,
    operationName,
    begunAt: performance.now(),
  };
}

function headersOf({ status, retryAfterMs }: Refusal, { headers }: IncomingMessage): Record<string, string> {
  return {
    'content-type': mediaTypeOf(headers.accept) ?? jsonType,
    ...(retryAfterMs === null ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
    ...(status === 405 ? { allow: 'GET, POST' } : {}),
  };
}

function notAcceptable(): RequestRefused {
  return new RequestRefused(406, badInput('Answers are application/json or application/graphql-response+json.'));
}

function asRefusal(error: unknown, log: () => Logger): unknown {
  if (isPublicError(error)) {
    return new RequestRefused(error.extensions['code'] === 'UNAUTHENTICATED' ? 401 : 400, error);
  }
  // Neither good nor bad credentials: their judge is away.
  log().error({ err: error }, 'credentials could not be checked');
  return new RequestRefused(503, busy(1000));
}
