import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { registerHealth } from '#kit/health/health.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import { writeRightTime } from '#kit/transport/right-time.ts';
import { createReplayGuard, SignatureError, verifyCall, viewerHeader } from '#kit/transport/signature.ts';
import { type PostedCall, readCalls, togetherPath } from '#kit/transport/together-format.ts';
import type { CallPath } from '#kit/transport/transport.ts';
import { answerTogether, type CallAnswer } from './answer-together.ts';
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
  const isClosing = hangUpWhenClosing(app);
  const replays = createReplayGuard();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  registerHealth(app, { ready: () => subgraph.ready(), metrics: subgraph.metrics });

  /** Never rejects: what goes wrong is told to whoever made the call. */
  async function answer({ path, header, traceparent, body }: SentCall, signal: AbortSignal): Promise<CallAnswer> {
    try {
      const verified = verifyCall({
        secrets: options.secrets,
        target: `${subgraph.name}${path}`,
        header,
        body,
        now: subgraph.clock.now(),
        replays,
      });
      const answered = await subgraph.call(path, parsed(subgraph, body), { ...verified, traceparent, signal });
      return { status: 200, text: JSON.stringify(answered) };
    } catch (error) {
      return refusalOf(error, header);
    }
  }

  function refusalOf(error: unknown, header = ''): CallAnswer {
    if (error instanceof SignatureError) {
      const { secret } = error;
      const rightTime = secret === null ? {} : { rightTime: writeRightTime(subgraph.clock.now(), { secret, header }) };
      return refused(401, 'UNAUTHENTICATED', error.message, rightTime);
    }
    if (error instanceof NeighbourError && error.code === 'REFUSED') {
      const { retryAfterMs } = error;
      return refused(400, error.reason ?? 'BAD_USER_INPUT', bare(error), { retryAfterMs });
    }
    if (!(error instanceof NeighbourError)) subgraph.log.error({ err: error }, 'a request failed');
    return refused(statusOf(error), 'INTERNAL_SERVER_ERROR', 'could not answer');
  }

  app.post('/*', async (request, reply) => {
    const gone = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const { traceparent } = request.headers;
    const call = {
      path: request.url as CallPath,
      header: headerOf(request),
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      body: textOf(request),
    };
    return send(reply, await answer(call, gone.signal));
  });

  // Each of the calls is signed for itself, and refused for itself.
  app.post(togetherPath, (request, reply) => {
    const calls = readCalls(textOf(request));
    if (calls === null) {
      void send(reply, refusalOf(new SignatureError('MISSING')));
      return;
    }
    reply.hijack();
    answerTogether(reply.raw, calls, { answer, isClosing });
  });

  app.setNotFoundHandler((_request, reply) => send(reply, refused(404, 'NOT_FOUND', 'no such path')));
  app.setErrorHandler((error, _request, reply) => send(reply, refusalOf(error)));

  await app.listen({ port: options.port, host: options.host ?? '0.0.0.0' });
  return app;
}

/** A call as it came, signed or not. */
type SentCall = Omit<PostedCall, 'header'> & { readonly header: string | undefined };

function textOf({ body }: FastifyRequest): string {
  return Buffer.isBuffer(body) ? body.toString('utf8') : '';
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

function refused(
  status: number,
  code: string,
  message: string,
  more: { readonly retryAfterMs?: number | null; readonly rightTime?: string } = {},
): CallAnswer {
  return { status, text: JSON.stringify({ error: { code, message, retryAfterMs: null, ...more } }) };
}

function send(reply: FastifyReply, { status, text }: CallAnswer) {
  return reply.status(status).type('application/json').send(text);
}
