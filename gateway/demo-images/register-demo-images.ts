import type { FastifyInstance } from 'fastify';
import { demoImage } from './demo-image.ts';

/** `/demo-images/<slug>.svg`: the pictures of the demo products, drawn here so that nothing has to be fetched from elsewhere. */
export function registerDemoImages(app: FastifyInstance): void {
  app.get<{ Params: { slug: string } }>('/demo-images/:slug.svg', (request, reply) => {
    const image = demoImage(request.params.slug);
    if (image === null) return reply.callNotFound();
    return (
      reply
        .type('image/svg+xml; charset=utf-8')
        .header('cache-control', 'public, max-age=86400')
        // Opened by itself an SVG is a document: it may show itself and do nothing.
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .send(image)
    );
  });
}
