import type { FastifyInstance } from 'fastify';

const beforehand: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'authorization, content-type, accept, accept-language, x-channel, apollo-require-preflight, x-apollo-operation-name, apollographql-client-name, apollographql-client-version',
  'access-control-max-age': '7200',
};
const none: Readonly<Record<string, string>> = {};

/** Which pages may read answers. */
export interface CrossOrigin {
  /** The headers by which the browser of a page of this origin lets it read an answer; none for others, so that theirs keeps the answer from them. */
  ofAnswer(origin: string | undefined): Readonly<Record<string, string>>;
  /** The headers by which a browser learns, before it asks, what such a page may send. */
  beforehand(origin: string | undefined): Readonly<Record<string, string>>;
}

/** Lets pages of exactly these origins read answers. No cookies are used, so none are allowed. */
export function createCrossOrigin(origins: readonly string[]): CrossOrigin {
  const known = new Map(
    origins.map((origin) => [
      origin,
      { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'x-request-id, retry-after' },
    ]),
  );
  return {
    ofAnswer: (origin) => (origin === undefined ? none : (known.get(origin) ?? none)),
    beforehand: (origin) => (known.has(origin ?? '') ? beforehand : none),
  };
}

/** Says so to browsers that ask beforehand, and with everything that isn't the graph. */
export function registerCrossOrigin(app: FastifyInstance, crossOrigin: CrossOrigin): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('vary', 'origin, accept').headers(crossOrigin.ofAnswer(request.headers.origin));
    done();
  });
  app.options('/graphql', async (request, reply) =>
    reply.headers(crossOrigin.beforehand(request.headers.origin)).code(204).send(),
  );
}
