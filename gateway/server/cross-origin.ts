import type { FastifyInstance } from 'fastify';

const headers: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'authorization, content-type, accept, accept-language, x-channel, apollo-require-preflight, x-apollo-operation-name, apollographql-client-name, apollographql-client-version',
  'access-control-max-age': '7200',
};

/**
 * Lets pages of exactly these origins read answers. Others get none of the headers, so their browser keeps the answer from them. No cookies
 * are used, so none are allowed.
 */
export function registerCrossOrigin(app: FastifyInstance, origins: readonly string[]): void {
  const known = new Set(origins);
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    reply.header('vary', 'origin, accept');
    if (origin !== undefined && known.has(origin)) {
      reply
        .header('access-control-allow-origin', origin)
        .header('access-control-expose-headers', 'x-request-id, retry-after');
    }
    done();
  });
  app.options('/graphql', async (request, reply) => {
    if (known.has(request.headers.origin ?? '')) reply.headers(headers);
    return reply.code(204).send();
  });
}
