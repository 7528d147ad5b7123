import { type Readable, Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { badInput, busy, isPublicError } from '#kit/graphql/errors.ts';
import { isShopper, type Viewer } from '#kit/viewer/viewer.ts';
import type { AdmittedRequest } from '../admission/admit.ts';
import { graphParamsOf } from '../admission/graph-params.ts';
import type { Door } from '../bulkheads/door.ts';
import { withinSpan } from '#kit/tracing/current-span.ts';
import { httpCachingOf } from '../caching/http-caching.ts';
import type { PublicAnswer } from '../caching/public-answers.ts';
import { currentRequest } from '../errors/public-errors.ts';
import type { RequestObserver } from '../observing/observe-requests.ts';
import { freshnessHeader } from '../observing/show-freshness.ts';
import type { GraphInForce } from '../supergraph/graph-in-force.ts';
import { type EndedSessions, mayEndSessions } from '../viewer/ended-sessions.ts';
import { mayExplore } from '../viewer/may-explore.ts';
import type { CallerHeaders } from '../viewer/resolve-viewer.ts';
import {
  type Caller,
  announcedLength,
  beginRequest,
  clientAddressOf,
  bodyLimitOf,
  RequestRefused,
  staffBodyLimit,
  tooLarge,
} from './caller.ts';
import type { GatewayContext } from './gateway-context.ts';
import { mediaTypeOf } from './media-type.ts';
import { runOperation } from './run-operation.ts';
import type { ServedGraph } from './served-graph.ts';

interface Options {
  /** What is asked and how it is answered; one request has one graph from its admission to its end. */
  readonly graphs: GraphInForce<ServedGraph>;
  readonly resolveViewer: (headers: CallerHeaders) => Promise<Viewer>;
  readonly endedSessions: Pick<EndedSessions, 'refresh'>;
  /** How many are answered at the same time. */
  readonly door: Door;
  readonly observer: RequestObserver;
  readonly log: Logger;
  /** Milliseconds. */
  readonly answerWithin: number;
}

/** `/graphql`: who is asking and how much they may send is settled before the body is read, what they ask for before anything is planned. */
export function registerGraphql(app: FastifyInstance, options: Options): void {
  const { graphs, resolveViewer, endedSessions, door, observer, log, answerWithin } = options;
  /** 499 says that the connection ended before the answer was sent. */
  function ended({ begun, graphUse, admitted, gone }: FastifyRequest, status: number): void {
    if (begun === null) return;
    if (status === 499) gone?.abort();
    observer.end(begun.observed, { status, log: begun.log, ...(graphUse && { planOf: graphUse.graph.engine.planOf }) });
    // What was admitted may go on when its client has gone.
    if (admitted === null) graphUse?.leave();
  }
  app.decorateRequest('begun', null);
  app.decorateRequest('gone', null);
  app.decorateRequest('graphUse', null);
  app.decorateRequest('caller', null);
  app.decorateRequest('admitted', null);

  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    bodyLimit: staffBodyLimit,
    async onRequest(request, reply) {
      const begun = beginRequest(log, observer, { path: '/graphql', traceparent: request.headers['traceparent'] });
      request.begun = begun;
      reply.raw.once('close', () => ended(request, reply.raw.writableFinished ? reply.statusCode : 499));
      reply.header('x-request-id', begun.requestId).header('cache-control', 'no-store');
      const viewer = await resolveViewer(request.headers).catch((error: unknown) => {
        throw asRefusal(error, begun.log);
      });
      request.caller = { ...begun, viewer };
      const limit = bodyLimitOf(viewer);
      if (announcedLength(request) > limit) throw tooLarge(limit);
    },
    preParsing(request, _reply, payload, done) {
      done(null, limited(payload, bodyLimitOf(callerOf(request).viewer), request));
    },
    preHandler(request, _reply, done) {
      if (mediaTypeOf(request.headers.accept) === null) throw notAcceptable();
      const { viewer, observed } = callerOf(request);
      const { graph } = (request.graphUse = graphs.enter());
      const sender = { viewer, address: request.ip };
      // What follows is a part of the request too, the handler with it.
      withinSpan(observed.span, () => {
        const admitted = graph.admit(graphParamsOf(request), sender);
        request.admitted = admitted;
        observed.operation = observedOperationOf(admitted);
        if (request.headers[freshnessHeader] !== undefined && mayExplore(viewer)) observed.reads = [];
        done();
      });
    },
    async handler(request, reply) {
      const caller = callerOf(request);
      // A slow upload takes nothing from the time for the answer.
      const answerBy = performance.now() + answerWithin;
      request.gone = new AbortController();
      const context = { ...caller, answerBy, gone: request.gone.signal, clientAddress: clientAddressOf(request) };
      const { admitted, graphUse } = admittedOf(request);
      let leaveDoor: (() => void) | null = null;
      try {
        const { id } = caller.viewer;
        const place = door.enter(id ?? request.ip, id === null);
        leaveDoor = place instanceof Promise ? await place : place;
        const answer = await answerTo(graphUse.graph, admitted, context);
        if (mayEndSessions(admitted.operation)) await endedSessions.refresh();
        const caching =
          admitted.maxAge === null || request.method === 'POST'
            ? null
            : httpCachingOf(answer, { maxAge: admitted.maxAge, ifNoneMatch: request.headers['if-none-match'] });
        reply.headers(answer.headers).headers(caching?.headers ?? {});
        if (caching?.isUnchanged === true) {
          reply.code(304);
          return '';
        }
        reply.code(answer.status).type(mediaTypeOf(request.headers.accept) ?? '');
        // A reply that is returned is waited for until it has left, which costs more than sending it.
        return answer.body;
      } finally {
        leaveDoor?.();
        graphUse.leave();
      }
    },
  });
}

async function answerTo(
  { engine, publicAnswers }: ServedGraph,
  admitted: AdmittedRequest,
  context: GatewayContext,
): Promise<PublicAnswer> {
  const { viewer } = context;
  const { explains } = admitted.view;
  const ask = (by: GatewayContext) => currentRequest.run({ ...by, explains }, () => runOperation(engine, admitted, by));
  if (admitted.maxAge !== null) {
    return publicAnswers.answer(whatIsAsked(admitted, viewer), () => ask({ ...context, gone: nobodyLeaves }));
  }
  const answer = await ask(context);
  // Who works here looks at once, as a shopper, at what came of it.
  if (admitted.operation.operation === OperationTypeNode.MUTATION && !isShopper(viewer)) publicAnswers.forget();
  return { ...answer, kept: null };
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

function admittedOf({ admitted, graphUse }: FastifyRequest) {
  if (!admitted || !graphUse) throw new Error('a request is admitted before it is handled');
  return { admitted, graphUse };
}

function notAcceptable(): RequestRefused {
  return new RequestRefused(406, badInput('Answers are application/json or application/graphql-response+json.'));
}

function callerOf({ caller }: FastifyRequest): Caller {
  if (!caller) throw new Error('the caller is settled before the request is handled');
  return caller;
}

/** A body that doesn't announce its length is counted as it comes. */
function limited(payload: Readable, limit: number, request: FastifyRequest): Readable {
  if (request.headers['content-length'] !== undefined) return payload;
  let received = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      done(received > limit ? tooLarge(limit) : null, chunk);
    },
  });
  return payload.pipe(counter);
}

function asRefusal(error: unknown, log: () => Logger): unknown {
  if (isPublicError(error)) {
    return new RequestRefused(error.extensions['code'] === 'UNAUTHENTICATED' ? 401 : 400, error);
  }
  // Neither good nor bad credentials: their judge is away.
  log().error({ err: error }, 'credentials could not be checked');
  return new RequestRefused(503, busy(1000));
}
