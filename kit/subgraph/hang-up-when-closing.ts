import type { FastifyInstance } from 'fastify';

/**
 * Lets a server that is being closed hang up after each answer that is still under way. A connection that was busy when the closing began
 * would else be kept for the client's next request, and closing would wait for it for more than a minute. Tells whether it is being closed, for answers that don't
 * go through fastify.
 */
export function hangUpWhenClosing(app: FastifyInstance): () => boolean {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    done(null, payload);
  });
  return () => closing;
}
