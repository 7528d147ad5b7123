import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { graphql } from 'graphql';
import { subgraphSchemas } from './shop-graph.ts';
import { listening } from './program.ts';

/** The five subgraphs in one process, each on a port of its own. An answer is worked out once and remembered, so that the gateway is what costs. */
const urls: Record<string, string> = {};
for (const [name, schema] of subgraphSchemas()) {
  const answers = new Map<string, string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const send = (answer: string) =>
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
          .end(answer);
      const known = answers.get(body);
      if (known !== undefined) {
        send(known);
        return;
      }
      // Our gateway exports traces.
      if (request.url === '/v1/traces') {
        send('{}');
        return;
      }
      // Our gateway asks the member subgraph, twice a second, which sessions have ended.
      if (request.url === '/internal/endedSessions') {
        send(JSON.stringify({ sessionIds: [], asOf: new Date().toISOString() }));
        return;
      }
      const { query: source, variables: variableValues } = JSON.parse(body) as { query: string; variables: object };
      void graphql({ schema, source, variableValues: variableValues as Record<string, unknown> }).then((result) => {
        const answer = JSON.stringify(result);
        answers.set(body, answer);
        send(answer);
      });
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
listening(urls);
