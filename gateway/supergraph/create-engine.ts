import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from 'pino';
import type { Transport } from '#kit/transport/transport.ts';
import { askedOfApollo, publicError } from '../errors/public-errors.ts';
import { createCompiledGateway, type CompiledGateway } from '../executor/compiled-gateway.ts';
import type { GatewayContext } from '../server/gateway-context.ts';
import { quietLogger } from './quiet-logger.ts';
import { subgraphDoor } from './subgraph-fetch.ts';

interface Options {
  readonly supergraphSdl: string;
  readonly transport: Transport;
  readonly introspection: boolean;
  /** What released clients send: planned and compiled before the first request comes. */
  readonly documents: readonly string[];
  readonly log: Logger;
}

/** What answers operations: Apollo those that come the first time, and what was compiled from their plans all the others. */
export interface Engine {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly execute: CompiledGateway['execute'];
  readonly planOf: CompiledGateway['planOf'];
}

/** The GraphQL engine of the gateway, started: plans over the supergraph, asks subgraphs by the transport, reports to nobody. */
export async function createEngine(options: Options): Promise<Engine> {
  const { supergraphSdl, transport, introspection, documents, log } = options;
  const logger = quietLogger(log);
  const compiled = createCompiledGateway({ supergraphSdl, logger, ask: subgraphDoor(transport) });
  const { gateway, execute, planOf, warmUp } = compiled;
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    logger,
    introspection,
    csrfPrevention: true,
    persistedQueries: false,
    // What comes again was read, and mostly compiled, before it gets here.
    documentStore: null,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !introspection,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => publicError(formatted, error, askedOfApollo.getStore()),
    plugins: [
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await apollo.start();
  await warmUp(documents);
  return { apollo, execute, planOf };
}
