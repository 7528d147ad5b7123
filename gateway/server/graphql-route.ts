import { type Readable, Transform } from 'node:stream';
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { busy, isPublicError } from '#kit/graphql/errors.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { currentRequest } from '../errors/public-errors.ts';
import type { CallerHeaders } from '../viewer/resolve-viewer.ts';
import {
  type Caller,
  announcedLength,
  beginRequest,
  bodyLimitOf,
  RequestRefused,
  staffBodyLimit,
  tooLarge,
} from './caller.ts';
import type { GatewayContext } from './gateway-context.ts';

interface Options {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly resolveViewer: (headers: CallerHeaders) => Promise<Viewer>;
  readonly log: Logger;
  /** Milliseconds. */
  readonly answerWithin: number;
}

/** `/graphql`: who is asking and how much they may send is settled before the body is read. */
export function registerGraphql(app: FastifyInstance, { apollo, resolveViewer, log, answerWithin }: Options): void {
  app.decorateRequest('begun', null);
  app.decorateRequest('caller', null);
  const handle = fastifyApolloHandler(apollo, {
    // A slow upload takes nothing from the time for the answer.
    context: async (request) => ({ ...callerOf(request), answerBy: performance.now() + answerWithin }),
  });

  app.route({
    method: ['GET', 'POST', 'OPTIONS', 'HEAD'],
    url: '/graphql',
    bodyLimit: staffBodyLimit,
    async onRequest(request, reply) {
      const begun = beginRequest(log);
      request.begun = begun;
      reply.header('x-request-id', begun.requestId).header('cache-control', 'no-store');
      const viewer = await resolveViewer(request.headers).catch((error: unknown) => {
        throw asRefusal(error, begun.log);
      });
      request.caller = { ...begun, viewer };
      const limit = bodyLimitOf(viewer);
      if (announcedLength(request) > limit) throw tooLarge(limit);
    },
    async preParsing(request, _reply, payload) {
      return limited(payload, bodyLimitOf(callerOf(request).viewer), request);
    },
    // `this` and the reply belong to fastify's generic types, which the integration narrows.
    handler: (request, reply) =>
      currentRequest.run(callerOf(request), () => handle.call(app, request as never, reply as never)),
  });
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
