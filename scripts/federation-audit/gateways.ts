import { join } from 'node:path';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { pino } from 'pino';
import { systemClock } from '#kit/clock/clock.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { createGateway } from '../../gateway/server/create-gateway.ts';
import { quietLogger } from '../../gateway/supergraph/quiet-logger.ts';
import type { Answer, AuditCase } from './suite.ts';

/** A gateway over one case's supergraph. */
export interface AuditedGateway {
  ask(query: string): Promise<Answer>;
  stop(): Promise<void>;
}

const silent = pino({ level: 'silent' });

/** Apollo's gateway and server as their documentation starts them. */
export async function stockGateway({ supergraphSdl, ask }: AuditCase): Promise<AuditedGateway> {
  const logger = quietLogger(silent);
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger,
    buildService: ({ name, url }) =>
      new RemoteGraphQLDataSource({
        ...(url === undefined ? {} : { url }),
        // The subgraph is in this process.
        fetcher: ((_url: string, init: { body: string }) => ask(name, init.body)) as never,
      }),
  });
  const server = new ApolloServer({ gateway, logger, stopOnTerminationSignals: false });
  await server.start();
  return {
    async ask(query) {
      const { body } = await server.executeOperation({ query });
      if (body.kind !== 'single') throw new Error('an answer in parts');
      return body.singleResult as Answer;
    },
    stop: () => server.stop(),
  };
}

/**
 * Our gateway as production starts it, asked over HTTP by a stranger: guarded, the case's questions registered as documents, limits, cost, bulkheads and masked
 * errors on. `subgraphs` is looked up at each call.
 */
export async function ourGateway(
  { supergraphSdl, questions }: AuditCase,
  subgraphs: () => AuditCase,
): Promise<AuditedGateway> {
  const gateway = await createGateway({
    supergraphSdl,
    accessRules: {},
    transport: transportTo(subgraphs),
    port: 0,
    host: '127.0.0.1',
    access: 'guarded',
    documents: questions.map(({ query }) => query),
    introspection: false,
    explorerDir: join(import.meta.dirname, '..', '..', 'gateway', 'fixtures', 'explorer'),
    clock: systemClock,
    log: silent,
    metrics: createMetrics('audit'),
    readKeys: async () => ({ keys: [] }),
    subgraphs: [],
  });
  return {
    async ask(query) {
      const response = await fetch(`http://127.0.0.1:${gateway.port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query }),
      });
      return (await response.json()) as Answer;
    },
    stop: () => gateway.stop(),
  };
}

function transportTo(subgraphs: () => AuditCase): Transport {
  return {
    async call(target, path, body) {
      // What our gateway asks the member subgraph on its own behalf; the suite has no members.
      if (path === '/internal/endedSessions') return { sessionIds: [], asOf: new Date().toISOString() };
      return (await subgraphs().ask(target, JSON.stringify(body))).json();
    },
    async close() {},
  };
}
