import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { listening, programSettings } from './program.ts';

/** The floor: hands bytes to one subgraph and its answer back, and looks at nothing. Only the first request makes sense here. */
const { urls } = programSettings<{ urls: Record<string, string> }>();
const pool = new Pool(urls['product'] ?? '', { connections: 256, pipelining: 1 });
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const headers = { 'content-type': 'application/json' };
    void pool.request({ method: 'POST', path: '/', headers, body: Buffer.concat(chunks) }).then(async ({ body }) => {
      const answer = await body.text();
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(answer) }).end(answer);
    });
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
listening({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
