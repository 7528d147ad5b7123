import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { DemoAccount } from '../demo/demo-accounts.ts';

/** The page loads and reaches nothing but this server. Monaco sets styles in elements and starts its workers from here. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the page needs to know of this installation. */
export interface ExplorerSettings {
  readonly channels: readonly string[];
  /** Empty without demo data. */
  readonly demoAccounts: readonly DemoAccount[];
}

/** `/explorer`, from the folder it was built into, and the way there for a browser that opens `/`. */
export async function registerExplorer(
  app: FastifyInstance,
  folder: string,
  settings: ExplorerSettings,
): Promise<void> {
  const built = existsSync(join(folder, 'index.html'));
  app.get('/', (request, reply) => {
    if (!String(request.headers.accept).includes('text/html')) return reply.callNotFound();
    return reply.redirect('/explorer');
  });
  if (!built) {
    app.get('/explorer', (_request, reply) => reply.code(503).send({ error: 'The Explorer is not built.' }));
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    prefix: '/explorer/',
    index: false,
    setHeaders: (reply) => void reply.header('content-security-policy', contentSecurityPolicy),
  });
  app.get('/explorer/settings.json', (_request, reply) => reply.header('cache-control', 'no-store').send(settings));
  app.get('/explorer', (_request, reply) => reply.sendFile('index.html'));
  app.get('/explorer/', (_request, reply) => reply.redirect('/explorer'));
}
