import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { routeAnswerSchema, type RouteCall } from '#kit/subgraph/routes.ts';
import { withinSpan } from '#kit/tracing/current-span.ts';
import { NeighbourError, type Transport } from '#kit/transport/transport.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import type { RequestObserver } from '../observing/observe-requests.ts';
import { beginRequest } from './caller.ts';

/** Callbacks are short; the largest known is a payment notice of some kilobytes. */
const bodyLimit = 256 * 1024;
/** Ours to know, and nobody's that signs callbacks. */
const keptBack: ReadonlySet<string> = new Set(['authorization', 'cookie', 'x-fullchain-viewer']);

/** `/callbacks/<subgraph>/…`: requests of other platforms, handed to the subgraph byte for byte. */
export async function registerCallbacks(
  app: FastifyInstance,
  {
    transport,
    observer,
    log,
  }: { readonly transport: Transport; readonly observer: RequestObserver; readonly log: Logger },
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
    scope.route<{ Params: { subgraph: string } }>({
      method: ['GET', 'POST'],
      url: '/callbacks/:subgraph/*',
      bodyLimit,
      async handler(request, reply) {
        const target = subgraphNames.find((name) => name === request.params.subgraph);
        if (!target) return reply.callNotFound();
        const begun = beginRequest(log, observer, { path: `/callbacks/${target}` });
        const { requestId, observed, log: requestLog } = begun;
        reply.header('x-request-id', requestId).header('cache-control', 'no-store');
        try {
          const { status, body, contentType } = await withinSpan(observed.span, () =>
            callRoute(transport, target, request, requestId),
          );
          observer.end(observed, { status, log: requestLog });
          return reply.code(status).type(contentType).send(body);
        } catch (error) {
          requestLog().error({ err: error, subgraph: target }, 'a callback could not be handed on');
          // Other platforms repeat a callback that wasn't taken.
          const status = error instanceof NeighbourError ? 503 : 500;
          observer.end(observed, { status, log: requestLog });
          return reply.code(status).send({ error: 'not taken, repeat later' });
        }
      },
    });
  });
}

async function callRoute(transport: Transport, target: SubgraphName, request: FastifyRequest, requestId: string) {
  const url = new URL(request.url, 'http://gateway');
  const call: RouteCall = {
    method: request.method === 'GET' ? 'GET' : 'POST',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: forwarded(request.headers),
    rawBody: Buffer.isBuffer(request.body) ? request.body.toString('base64') : '',
  };
  const viewer = anonymousViewer({ channel: 'web', locale: 'zh-CN' });
  return routeAnswerSchema.parse(await transport.call(target, '/routes', call, { viewer, requestId }));
}

function forwarded(headers: FastifyRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !keptBack.has(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
