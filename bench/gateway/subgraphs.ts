import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { graphql } from 'graphql';
import { readCalls, togetherPath, writeAnswer } from '#kit/transport/together-format.ts';
import { subgraphSchemas } from './shop-graph.ts';
import { listening } from './program.ts';

/** The five subgraphs in one process, each on a port of its own. An answer is worked out once and remembered, so that the gateway is what costs. */
const urls: Record<string, string> = {};
for (const [name, schema] of subgraphSchemas()) {
  const answers = new Map<string, string>();

  async function workOut(body: string): Promise<string> {
    const { query: source, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
    const answer = JSON.stringify(await graphql({ schema, source, variableValues: variables }));
    answers.set(body, answer);
    return answer;
  }

  function answerTo(path: string, body: string): string | Promise<string> {
    // Our gateway exports traces.
    if (path === '/v1/traces') return '{}';
    // Our gateway asks the member subgraph, twice a second, which sessions have ended.
    if (path === '/internal/endedSessions') return JSON.stringify({ sessionIds: [], asOf: new Date().toISOString() });
    return answers.get(body) ?? workOut(body);
  }

  /** Calls of our gateway that travelled together. */
  async function answersTo(text: string): Promise<string> {
    const each = (readCalls(text) ?? []).map(async ({ path, body }, index) =>
      writeAnswer({ index, status: 200, text: await answerTo(path, body) }),
    );
    return (await Promise.all(each)).join('');
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const send = (answer: string) =>
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
          .end(answer);
      const { url: path = '' } = request;
      const answer = path === togetherPath ? answersTo(body) : answerTo(path, body);
      if (typeof answer === 'string') send(answer);
      else void answer.then(send);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
listening(urls);
