import { type Readable, Transform } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { badInput, busy, isPublicError } from '#kit/graphql/errors.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import type { AdmittedRequest, Sender } from '../admission/admit.ts';
import { graphParamsOf, type GraphParams } from '../admission/graph-params.ts';
import type { Door } from '../bulkheads/door.ts';
import { withinSpan } from '#kit/tracing/current-span.ts';
import { currentRequest } from '../errors/public-errors.ts';
import type { RequestObserver } from '../observing/observe-requests.ts';
import type { Engine } from '../supergraph/create-engine.ts';
import { type EndedSessions, mayEndSessions } from '../viewer/ended-sessions.ts';
import type { CallerHeaders } from '../viewer/resolve-viewer.ts';
import {
  type BegunRequest,
  type Caller,
  announcedLength,
  beginRequest,
  clientAddressOf,
  bodyLimitOf,
  RequestRefused,
  staffBodyLimit,
  tooLarge,
} from './caller.ts';
import { mediaTypeOf } from './media-type.ts';
import { runOperation } from './run-operation.ts';

interface Options {
  readonly engine: Engine;
  readonly resolveViewer: (headers: CallerHeaders) => Promise<Viewer>;
  readonly endedSessions: Pick<EndedSessions, 'refresh'>;
  /** Everything between the parameters and the plan; throws RequestRefused. */
  readonly admit: (params: GraphParams, sender: Sender) => AdmittedRequest;
  /** How many are answered at the same time. */
  readonly door: Door;
  readonly observer: RequestObserver;
  readonly log: Logger;
  /** Milliseconds. */
  readonly answerWithin: number;
}

/** `/graphql`: who is asking and how much they may send is settled before the body is read, what they ask for before anything is planned. */
export function registerGraphql(app: FastifyInstance, options: Options): void {
  const { engine, resolveViewer, endedSessions, admit, door, observer, log, answerWithin } = options;
  const ended = ({ observed, log: ownLog }: BegunRequest, status: number): void =>
    observer.end(observed, { status, log: ownLog, planOf: engine.planOf });
  app.decorateRequest('begun', null);
  app.decorateRequest('caller', null);
  app.decorateRequest('admitted', null);

  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    bodyLimit: staffBodyLimit,
    async onRequest(request, reply) {
      const begun = beginRequest(log, observer, { path: '/graphql', traceparent: request.headers['traceparent'] });
      request.begun = begun;
      reply.raw.once('close', () => ended(begun, reply.raw.writableFinished ? reply.statusCode : 499));
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
      const admitted = withinSpan(observed.span, () => admit(graphParamsOf(request), { viewer, address: request.ip }));
      request.admitted = admitted;
      observed.operation = observedOperationOf(admitted);
      done();
    },
    async handler(request, reply) {
      const caller = callerOf(request);
      // A slow upload takes nothing from the time for the answer.
      const answerBy = performance.now() + answerWithin;
      const context = { ...caller, answerBy, gone: goneSignal(reply), clientAddress: clientAddressOf(request) };
      const admitted = admittedOf(request);
      const place = door.enter(caller.viewer.id ?? request.ip);
      const leave = place instanceof Promise ? await place : place;
      try {
        const explains = admitted.view.explains;
        const { status, headers, body } = await currentRequest.run({ ...caller, explains }, () =>
          withinSpan(caller.observed.span, () => runOperation(engine, admitted, context)),
        );
        if (mayEndSessions(admitted.operation)) await endedSessions.refresh();
        reply
          .code(status)
          .headers(headers)
          .type(mediaTypeOf(request.headers.accept) ?? '');
        // A reply that is returned is waited for until it has left, which costs more than sending it.
        return body;
      } finally {
        leave();
      }
    },
  });
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

/** Aborted when the connection ends before the answer is sent. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

function admittedOf({ admitted }: FastifyRequest): AdmittedRequest {
  if (!admitted) throw new Error('a request is admitted before it is handled');
  return admitted;
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

function asRefusal(error: unknown, log: Logger): unknown {
  if (isPublicError(error)) {
    return new RequestRefused(error.extensions['code'] === 'UNAUTHENTICATED' ? 401 : 400, error);
  }
  // Neither good nor bad credentials: their judge is away.
  log.error({ err: error }, 'credentials could not be checked');
  return new RequestRefused(503, busy(1000));
}
