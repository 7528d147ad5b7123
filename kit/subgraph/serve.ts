import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { registerHealth } from '#kit/health/health.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import { writeRightTime } from '#kit/transport/right-time.ts';
import { createReplayGuard, SignatureError, verifyCall, viewerHeader } from '#kit/transport/signature.ts';
import type { CallPath } from '#kit/transport/transport.ts';
import { hangUpWhenClosing } from './hang-up-when-closing.ts';
import type { Subgraph } from './subgraph.ts';

interface ServeOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** All interfaces unless given. */
  readonly host?: string;
  /** Secrets of which one must have signed a call: two while one replaces the other. */
  readonly secrets: readonly string[];
}

/** Largest body a subgraph takes: the gateway's limit for imports and room for the envelope. */
const bodyLimit = 40 * 1024 * 1024;

/**
 * Serves a subgraph over HTTP. Health and metrics are open; everything else is answered with 401, without a word about the schema,
 * unless a service of ours signed it for this subgraph, path and body.
 */
export async function serveSubgraph(subgraph: Subgraph, options: ServeOptions): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit, logger: false, forceCloseConnections: 'idle' });
  hangUpWhenClosing(app);
  const replays = createReplayGuard();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  registerHealth(app, { ready: () => subgraph.ready(), metrics: subgraph.metrics });

  app.post('/*', async (request, reply) => {
    const path = request.url as CallPath;
    const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const verified = verifyCall({
      secrets: options.secrets,
      target: `${subgraph.name}${path}`,
      header: headerOf(request),
      body,
      now: subgraph.clock.now(),
      replays,
    });
    const gone = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const { traceparent } = request.headers;
    const answer = await subgraph.call(path, parsed(subgraph, body), {
      ...verified,
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      signal: gone.signal,
    });
    return reply.type('application/json').send(JSON.stringify(answer));
  });

  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'NOT_FOUND', 'no such path'));
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof SignatureError) {
      const { secret } = error;
      const header = headerOf(request) ?? '';
      const rightTime = secret === null ? {} : { rightTime: writeRightTime(subgraph.clock.now(), { secret, header }) };
      return refuse(reply, 401, 'UNAUTHENTICATED', error.message, rightTime);
    }
    if (error instanceof NeighbourError && error.code === 'REFUSED') {
      return refuse(reply, 400, error.reason ?? 'BAD_USER_INPUT', bare(error), {
        retryAfterMs: error.retryAfterMs,
      });
    }
    if (!(error instanceof NeighbourError)) subgraph.log.error({ err: error }, 'a request failed');
    return refuse(reply, statusOf(error), 'INTERNAL_SERVER_ERROR', 'could not answer');
  });

  await app.listen({ port: options.port, host: options.host ?? '0.0.0.0' });
  return app;
}

function headerOf(request: FastifyRequest): string | undefined {
  const header = request.headers[viewerHeader];
  return typeof header === 'string' ? header : undefined;
}

function parsed(subgraph: Subgraph, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new NeighbourError('REFUSED', subgraph.name, 'the body is not JSON', { reason: 'BAD_USER_INPUT' });
  }
}

/** The message without the subgraph's name, which the caller's transport puts in front again. */
function bare(error: NeighbourError): string {
  return error.message.slice(error.target.length + 2);
}

function statusOf(error: unknown): number {
  if (error instanceof NeighbourError) return 503;
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' && status >= 400 ? status : 500;
}

function refuse(
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
  more: { readonly retryAfterMs?: number | null; readonly rightTime?: string } = {},
) {
  return reply
    .status(status)
    .type('application/json')
    .send(JSON.stringify({ error: { code, message, retryAfterMs: null, ...more } }));
}
